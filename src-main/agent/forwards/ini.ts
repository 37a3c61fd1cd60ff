import type { CallInput, CallOutput } from '#shared/app-api/index.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { ForwardManager } from './manager.ts';

/** What the INI form (R9) is read into and written from. */
export type IniParts = Readonly<{ forwards: ForwardManager; peers: PeerBook }>;

/** Reads rules of the INI form; adds all of them or none. */
export async function importRules(
  _parts: IniParts,
  _input: CallInput<'forwards.import'>,
): Promise<CallOutput<'forwards.import'>> {
  throw new ForwardError('forward.unsupported-here', 'this version reads no INI form');
}

/** Writes rules in the INI form, without secrets. */
export function exportRules(_parts: IniParts, _input: CallInput<'forwards.export'>): CallOutput<'forwards.export'> {
  throw new ForwardError('forward.unsupported-here', 'this version writes no INI form');
}
