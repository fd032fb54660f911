import { Component, type ComponentChildren, type JSX } from 'preact';
import { asError } from '../api/as-error.js';
import { Problem } from './problem.js';

interface ErrorBoundaryProps {
  /** Of the page: on another one it is tried anew. */
  readonly path: string;
  readonly children: ComponentChildren;
}

interface ErrorBoundaryState {
  readonly path: string;
  readonly error: Error | undefined;
}

/** Shows why a page cannot be drawn, in its place. No key by path: pages live on between paths. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  static override getDerivedStateFromError(cause: unknown): Partial<ErrorBoundaryState> {
    return { error: asError(cause) };
  }

  static override getDerivedStateFromProps(
    { path }: ErrorBoundaryProps,
    state: ErrorBoundaryState,
  ): ErrorBoundaryState | null {
    return path === state.path ? null : { path, error: undefined };
  }

  override state: ErrorBoundaryState = { path: this.props.path, error: undefined };

  override render(): ComponentChildren {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return this.#failure(error);
  }

  #failure(error: Error): JSX.Element {
    return (
      <>
        <h1>This page cannot be drawn</h1>
        <Problem error={error} />
        <button type="button" onClick={() => globalThis.location.reload()}>
          Reload
        </button>
      </>
    );
  }
}
