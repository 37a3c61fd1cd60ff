import * as z from 'zod';

/** Version of the protocol, as `A2A-Version` and the card name it. */
export const A2A_VERSION = '1.0';

/** States of a task. This product uses those that a message can have. */
export const TASK_STATES = [
  'TASK_STATE_UNSPECIFIED',
  'TASK_STATE_SUBMITTED',
  'TASK_STATE_WORKING',
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_INPUT_REQUIRED',
  'TASK_STATE_REJECTED',
  'TASK_STATE_AUTH_REQUIRED',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

const id = z.string().min(1).max(256);
/** Number, or its text in a query. */
const count = (least: number, most: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .pipe(z.number().int().min(least).max(most));
const historyLength = count(0, 1_000_000);

// Unknown fields are ignored, as the specification asks (5.7), and null is a field that isn't set, as in all JSON of protocol buffers.
const part = z.object({
  text: z.string().nullish(),
  data: z.json().optional(),
  raw: z.string().nullish(),
  url: z.string().max(8192).nullish(),
  filename: z.string().max(1024).nullish(),
  mediaType: z.string().max(256).nullish(),
});
export type A2aPart = z.infer<typeof part>;

const message = z.object({
  messageId: id,
  contextId: z.string().max(256).nullish(),
  taskId: z.string().max(256).nullish(),
  role: z.enum(['ROLE_USER', 'ROLE_AGENT', 'ROLE_UNSPECIFIED']),
  parts: z.array(part).min(1).max(64),
});

/** Parameters of `SendMessage` and `SendStreamingMessage`. */
export const sendMessageRequest = z.object({
  message,
  configuration: z
    .object({
      historyLength: historyLength.nullish(),
      returnImmediately: z.boolean().nullish(),
      taskPushNotificationConfig: z.unknown().optional(),
    })
    .nullish(),
});
export type SendMessageRequest = z.infer<typeof sendMessageRequest>;

/** Parameters of `GetTask`. */
export const getTaskRequest = z.object({ id, historyLength: historyLength.nullish() });
/** Parameters of `CancelTask` and `SubscribeToTask`. */
export const taskRequest = z.object({ id });

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
/** Parameters of `ListTasks`. Those of HTTP+JSON are text. */
export const listTasksRequest = z.object({
  contextId: z.string().max(256).nullish(),
  status: z.enum(TASK_STATES).nullish(),
  pageSize: count(1, 100).nullish(),
  pageToken: z.string().max(64).nullish(),
  historyLength: historyLength.nullish(),
  statusTimestampAfter: z.iso.datetime().nullish(),
  includeArtifacts: flag.nullish(),
});
export type ListTasksRequest = z.infer<typeof listTasksRequest>;

/** Envelope of JSON-RPC 2.0. */
export const jsonRpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string().max(256), z.number(), z.null()]),
  method: z.string().max(64),
  params: z.unknown().optional(),
});

/** Task as this product answers it. */
export type A2aTask = Readonly<{
  id: string;
  contextId: string;
  status: Readonly<{ state: TaskState; timestamp: string }>;
  artifacts?: readonly A2aArtifact[];
  history?: readonly A2aMessage[];
  metadata: Readonly<Record<string, unknown>>;
}>;
export type A2aArtifact = Readonly<{
  artifactId: string;
  parts: readonly Readonly<Record<string, unknown>>[];
  metadata: Readonly<Record<string, unknown>>;
}>;
export type A2aMessage = Readonly<{
  messageId: string;
  contextId: string;
  taskId: string;
  role: 'ROLE_USER' | 'ROLE_AGENT';
  parts: readonly Readonly<Record<string, unknown>>[];
  metadata?: Readonly<Record<string, unknown>>;
}>;

/** Event of a stream. */
export type A2aEvent =
  | Readonly<{ task: A2aTask }>
  | Readonly<{ statusUpdate: Readonly<{ taskId: string; contextId: string; status: A2aTask['status'] }> }>
  | Readonly<{
      artifactUpdate: Readonly<{ taskId: string; contextId: string; artifact: A2aArtifact; lastChunk: true }>;
    }>;

const TERMINAL: ReadonlySet<TaskState> = new Set([
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_REJECTED',
]);

/** Reports whether a task stays in this state. */
export function isTerminal(state: TaskState): boolean {
  return TERMINAL.has(state);
}
