/** Control frames a stream may have to send, in the order in which they go out. */
export const STREAM_CONTROL = ['open', 'wait', 'answer', 'credit', 'stop', 'reset'] as const;
export type StreamControl = (typeof STREAM_CONTROL)[number];
