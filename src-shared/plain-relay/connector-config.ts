import * as z from 'zod';
import { plainRelayError } from './errors.ts';

const id = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/);
const token = z
  .string()
  .min(8)
  .max(2048)
  .regex(/^[\x21-\x7e]+$/);
const url = z.string().min(1).max(300);

/** File of the relay connector, as documented. Unknown fields are ignored: the published connector writes more. */
const connectorFile = z.object({ device_id: id, token, relay_url: url });
/** Configuration of the OpenClaw skill, as documented. */
const nodeFile = z.object({ node_id: id, auth_token: token, relay_url: url });

/** Largest configuration file, bytes. */
export const MOST_CONFIG_BYTES = 64 * 1024;

/** Kinds of plain devices: a connector serves terminals, a node serves requests to OpenClaw. */
export const PLAIN_RELAY_KINDS = ['connector', 'node'] as const;
export type PlainRelayKind = (typeof PLAIN_RELAY_KINDS)[number];

/** Credentials of a plain device and the URL of its relay. */
export type ConnectorConfig = Readonly<{
  kind: PlainRelayKind;
  /** `device_id` of a connector, `node_id` of a node. */
  id: string;
  /** Secret by which the relay knows the device. */
  token: string;
  relayUrl: string;
}>;

/**
 * Parses the text of a configuration file, of a connector or of a node. Pure.
 * @param file path, for the error
 * @throws {PlainRelayError} `plain.config`
 */
export function parseConnectorConfig(text: string, file: string): ConnectorConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw plainRelayError('plain.config', 'the file is not JSON', { file, reason: 'it is not JSON' }, error);
  }
  const connector = connectorFile.safeParse(value);
  if (connector.success) {
    const { device_id, token: secret, relay_url } = connector.data;
    return { kind: 'connector', id: device_id, token: secret, relayUrl: relay_url };
  }
  const node = nodeFile.safeParse(value);
  if (node.success) {
    const { node_id, auth_token, relay_url } = node.data;
    return { kind: 'node', id: node_id, token: auth_token, relayUrl: relay_url };
  }
  const isNode = typeof value === 'object' && value !== null && 'node_id' in value;
  const [issue] = (isNode ? node : connector).error.issues;
  const field = issue?.path.join('.') ?? '';
  const reason = field === '' ? 'it is not a JSON object' : `${field} is missing or malformed`;
  throw plainRelayError('plain.config', 'the file is not a configuration', { file, reason });
}

/** Returns the text of a configuration file in its documented form. Pure. */
export function formatConnectorConfig({ kind, id: device, token: secret, relayUrl }: ConnectorConfig): string {
  const fields =
    kind === 'connector'
      ? { device_id: device, token: secret, relay_url: relayUrl }
      : { relay_url: relayUrl, node_id: device, auth_token: secret };
  return `${JSON.stringify(fields, undefined, 2)}\n`;
}
