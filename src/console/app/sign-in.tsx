import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

interface SignInProps {
  /** A token was tried, and does not hold. */
  readonly refused: boolean;
  readonly onToken: (token: string) => void;
}

/** What a header may hold of a token: a copied one often has more around it. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Asks for a token. It stays in this tab. */
export function SignIn({ refused, onToken }: SignInProps): JSX.Element {
  const [token, setToken] = useState('');
  const text = token.trim();
  const fits = TOKEN.test(text);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (fits) onToken(text);
  };
  return (
    <main class="alone">
      <form class="card form" onSubmit={submit}>
        <h1>Sign in to Cassadra</h1>
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          autofocus
          value={token}
          aria-describedby="token-help"
          {...(refused || (text !== '' && !fits) ? { 'aria-invalid': true } : {})}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        {text !== '' && !fits && (
          <p class="error" role="alert">
            There is a character in it that no token has: copy it again, without what is around it.
          </p>
        )}
        {refused && (
          <p class="error" role="alert">
            The server does not take this token: it may have expired, or be meant for another
            server.
          </p>
        )}
        <p id="token-help" class="quiet">
          As in the header <code>Authorization: Bearer …</code>. It is made by{' '}
          <code>cassadra tokens new</code>, and kept until you close this tab.
        </p>
        <button type="submit" class="main" disabled={!fits}>
          Sign in
        </button>
      </form>
    </main>
  );
}
