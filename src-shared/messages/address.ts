import { ClawReachError } from '../errors.ts';
import { parsePeerId, type PeerId } from '../identity/index.ts';

/** Name of an agent at its device: lower-case letters, digits, `.`, `_` and `-`, at most 64 characters. */
export const AGENT_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Agent of a device. */
export type AgentAddress = Readonly<{ device: PeerId; agent: string }>;

/** Returns the text of an address, as messages carry it: `PEER-ID/AGENT`. Pure. */
export function addressText({ device, agent }: AgentAddress): string {
  return `${device}/${agent}`;
}

/**
 * Parses the text of an address as messages carry it, with the whole canonical peer ID. Pure.
 * @throws {ClawReachError} `message.address`
 */
export function parseAddress(text: string): AgentAddress {
  const at = text.indexOf('/');
  const agent = text.slice(at + 1);
  const written = text.slice(0, Math.max(at, 0));
  if (!AGENT_NAME.test(agent)) throw invalid();
  let device: PeerId;
  try {
    device = parsePeerId(written);
  } catch (error) {
    throw invalid(error);
  }
  if (device !== written) throw invalid();
  return { device, agent };
}

function invalid(cause?: unknown): ClawReachError {
  return new ClawReachError('message.address', 'not an address of an agent', { cause });
}
