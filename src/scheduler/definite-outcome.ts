import { AppError } from '../core/index.js';

type Definite<Current> =
  | { readonly kind: 'changed' }
  | { readonly kind: 'differs'; readonly current: Current | undefined };

/** That of a change of a timed event, or of a document. */
type Outcome<Current> =
  | Definite<Current>
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly error: AppError };

/** The outcome, when it is known. Throws what the storage said, or OUTCOME_UNKNOWN. */
export function definite<Current>(outcome: Outcome<Current>): Definite<Current> {
  switch (outcome.kind) {
    case 'changed':
    case 'differs':
      return outcome;
    case 'unknown':
      throw outcomeUnknown();
    case 'unavailable':
      throw outcome.error;
  }
}

export function outcomeUnknown(): AppError {
  return new AppError('OUTCOME_UNKNOWN', 'the storage did not say whether it was written');
}
