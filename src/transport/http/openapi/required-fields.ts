/**
 * What a request is refused without, by message, as the comments of `proto/` say. A test holds the
 * names to the descriptors.
 */
export const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'cassadra.v1.ScheduleRequest': ['application', 'event_id', 'due_ms'],
  'cassadra.v1.ScheduleBatchRequest': ['requests'],
  'cassadra.v1.RescheduleRequest': ['application', 'event_id', 'due_ms'],
  'cassadra.v1.CancelRequest': ['application', 'event_id'],
  'cassadra.v1.HttpTarget': ['url'],
  'cassadra.v1.AppendTarget': ['stream'],
  'cassadra.v1.HttpHeader': ['name'],
  'cassadra.v1.AppendRequest': ['stream', 'events'],
  'cassadra.v1.NumberedAppend': ['append'],
  'cassadra.v1.ReadStreamRequest': ['stream'],
  'cassadra.v1.GetStreamRequest': ['stream'],
  'cassadra.v1.DeclareTypeRequest': ['name', 'code'],
};
