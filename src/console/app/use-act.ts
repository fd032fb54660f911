import { useCallback, useState } from 'preact/hooks';
import { asError } from '../api/as-error.js';

export interface Act {
  /** Why the last thing that was tried failed. */
  readonly failure: Error | undefined;
  /** Tries something; its failure is kept to be shown. Never rejects. */
  readonly act: (work: () => Promise<void>) => Promise<void>;
  readonly forget: () => void;
}

/** For what somebody does by a button. */
export function useAct(): Act {
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const act = useCallback(async (work: () => Promise<void>): Promise<void> => {
    setFailure(undefined);
    try {
      await work();
    } catch (cause) {
      setFailure(asError(cause));
    }
  }, []);
  const forget = useCallback(() => setFailure(undefined), []);
  return { failure, act, forget };
}
