import { AppError } from '../../core/index.js';

/** Where the fields of a use case stand in a request, by the first part of their names. */
export type FieldPlaces = ReadonlyMap<string, string>;

/** What may follow the first part of a name. */
const NAME_END = /[.[]|$/;

/** Errors of `work` name the field as it stands in the request. */
export async function withFieldsAt<Result>(
  places: FieldPlaces,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? renamed(places, error) : error;
  }
}

function renamed(places: FieldPlaces, error: AppError): AppError {
  const { code, message, details, cause } = error;
  const { field } = details;
  if (field === undefined) return error;
  const first = field.slice(0, field.search(NAME_END));
  const place = places.get(first);
  if (place === undefined) return error;
  const name = place + field.slice(first.length);
  const told = message.startsWith(field) ? name + message.slice(field.length) : message;
  return new AppError(code, told, { ...details, field: name }, cause);
}
