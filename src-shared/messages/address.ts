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
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const address = parse(text);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(text, address);
  return address;
}

/** Most addresses that are kept parsed. */
const MOST_PARSED = 1024;
/** Addresses by their text: those of each message are needed several times, and a peer ID carries a check sum. */
const parsed = new Map<string, AgentAddress>();

function parse(text: string): AgentAddress {
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
  return Object.freeze({ device, agent });
}

function invalid(cause?: unknown): ClawReachError {
  return new ClawReachError('message.address', 'not an address of an agent', { cause });
}
