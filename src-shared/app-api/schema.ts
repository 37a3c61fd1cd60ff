import type * as z from 'zod';
import { SAVED_COMMAND_CALLS } from './schemas/saved-command-schema.ts';
import { SSH_CONFIG_CALLS } from './schemas/ssh-config-schema.ts';
import { RELAY_PAGE_CALLS } from './schemas/relay-page-schema.ts';
import { ACCOUNT_CALLS } from './schemas/account-schema.ts';
import { APPROVAL_CALLS, APPROVAL_EVENTS } from './schemas/approval-schema.ts';
import { DISCOVERY_CALLS, DISCOVERY_EVENTS } from './schemas/discovery-schema.ts';
import { DIAGNOSTICS_CALLS } from './schemas/diagnostics-schema.ts';
import { FORWARD_CALLS, FORWARD_EVENTS } from './schemas/forward-schema.ts';
import { GATEWAY_CALLS, GATEWAY_EVENTS } from './schemas/gateway-schema.ts';
import { INTRODUCTION_CALLS } from './schemas/introduction-schema.ts';
import { MESSAGE_CALLS, MESSAGE_EVENTS } from './schemas/message-schema.ts';
import { NETWORK_CALLS, NETWORK_EVENTS } from './schemas/network-schema.ts';
import { NODE_CALLS, NODE_EVENTS } from './schemas/node-schema.ts';
import { OPERATOR_CALLS, OPERATOR_EVENTS } from './schemas/operator-schema.ts';
import { PAIRING_CALLS } from './schemas/pairing-schema.ts';
import { PEER_CALLS, PEER_EVENTS } from './schemas/peer-schema.ts';
import { PLAIN_RELAY_CALLS, PLAIN_RELAY_EVENTS } from './schemas/plain-relay-schema.ts';
import { PROXY_CALLS } from './schemas/proxy-schema.ts';
import { RELAY_SERVER_CALLS, RELAY_SERVER_EVENTS } from './schemas/relay-server-schema.ts';
import { REMOTE_CALLS, REMOTE_EVENTS } from './schemas/remote-schema.ts';
import { RECORDING_CALLS, RECORDING_EVENTS } from './schemas/recording-schema.ts';
import { HISTORY_CALLS, HISTORY_EVENTS } from './schemas/history-schema.ts';
import { SHARE_LINK_CALLS, SHARE_LINK_EVENTS } from './schemas/share-link-schema.ts';
import { SHARING_CALLS, SHARING_EVENTS } from './schemas/sharing-schema.ts';
import { STATUS_CALLS, STATUS_EVENTS } from './schemas/status-schema.ts';
import { SHELL_CALLS, SHELL_EVENTS } from './schemas/shell-schema.ts';
import { FOLDER_CALLS } from './schemas/folder-schema.ts';
import { TRANSFER_CALLS, TRANSFER_EVENTS } from './schemas/transfer-schema.ts';
import { WAKE_CALLS } from './schemas/wake-schema.ts';
import { TERMINAL_CALLS, TERMINAL_EVENTS } from './schemas/terminal-schema.ts';

/**
 * Contract between a user interface (window, browser, command line) and the agent: each call's name, with zod schemas of its input, its output, and
 * the `progress` messages before the answer. The server checks every call with it, the client takes its types from it, and tests build doubles from
 * it. Pure data. Times are ms since 1970 unless said otherwise.
 */
export const AGENT_CALLS = {
  ...STATUS_CALLS,
  ...ACCOUNT_CALLS,
  ...RELAY_PAGE_CALLS,
  ...SSH_CONFIG_CALLS,
  ...SAVED_COMMAND_CALLS,
  ...APPROVAL_CALLS,
  ...DIAGNOSTICS_CALLS,
  ...FORWARD_CALLS,
  ...DISCOVERY_CALLS,
  ...GATEWAY_CALLS,
  ...OPERATOR_CALLS,
  ...INTRODUCTION_CALLS,
  ...MESSAGE_CALLS,
  ...NETWORK_CALLS,
  ...NODE_CALLS,
  ...PAIRING_CALLS,
  ...PEER_CALLS,
  ...PLAIN_RELAY_CALLS,
  ...PROXY_CALLS,
  ...RELAY_SERVER_CALLS,
  ...REMOTE_CALLS,
  ...RECORDING_CALLS,
  ...HISTORY_CALLS,
  ...SHARING_CALLS,
  ...SHARE_LINK_CALLS,
  ...TERMINAL_CALLS,
  ...WAKE_CALLS,
  ...TRANSFER_CALLS,
  ...FOLDER_CALLS,
} as const satisfies Readonly<Record<string, Readonly<{ input: z.ZodType; output: z.ZodType; progress?: z.ZodType }>>>;

/** All calls that a window can make: to the agent, and to the program around the window. */
export const APP_CALLS = { ...AGENT_CALLS, ...SHELL_CALLS } as const;

export type AgentCall = keyof typeof AGENT_CALLS;
export type AppCall = keyof typeof APP_CALLS;
/** Parsed input of a call. */
export type CallInput<Call extends AppCall> = z.infer<(typeof APP_CALLS)[Call]['input']>;
/** Answer to a call. */
export type CallOutput<Call extends AppCall> = z.infer<(typeof APP_CALLS)[Call]['output']>;
/** Message that a call sends before its answer; never for calls without such messages. */
export type CallProgress<Call extends AppCall> = (typeof APP_CALLS)[Call] extends {
  progress: infer Progress extends z.ZodType;
}
  ? z.infer<Progress>
  : never;

/**
 * Events of the agent, by name, with the zod schema of their payload. Every connected user interface receives them; events of a terminal go only to
 * the connection that opened its channel.
 */
export const AGENT_EVENTS = {
  ...STATUS_EVENTS,
  ...APPROVAL_EVENTS,
  ...FORWARD_EVENTS,
  ...DISCOVERY_EVENTS,
  ...NETWORK_EVENTS,
  ...GATEWAY_EVENTS,
  ...MESSAGE_EVENTS,
  ...OPERATOR_EVENTS,
  ...NODE_EVENTS,
  ...PEER_EVENTS,
  ...PLAIN_RELAY_EVENTS,
  ...RELAY_SERVER_EVENTS,
  ...REMOTE_EVENTS,
  ...RECORDING_EVENTS,
  ...HISTORY_EVENTS,
  ...SHARING_EVENTS,
  ...SHARE_LINK_EVENTS,
  ...TERMINAL_EVENTS,
  ...TRANSFER_EVENTS,
} as const;

/** All events that a window can receive: from the agent, and from the program around the window. */
export const APP_EVENTS = { ...AGENT_EVENTS, ...SHELL_EVENTS } as const;

export type AgentEvent = keyof typeof AGENT_EVENTS;
export type AppEvent = keyof typeof APP_EVENTS;
export type EventPayload<Event extends AppEvent> = z.infer<(typeof APP_EVENTS)[Event]>;
