import * as z from 'zod';
import { none, peerId } from '../fields.ts';

const sshHost = z.strictObject({
  /** Name for ssh, such as `office.claw`. */
  host: z.string(),
  peer: peerId,
  name: z.string(),
  /** Account there; null if the peer hasn't named one that ssh takes. */
  user: z.string().nullable(),
});
/** Peer as the SSH configuration has it. */
export type SshHost = z.infer<typeof sshHost>;

const sshConfigView = z.strictObject({
  /** The person's SSH configuration includes the file, which the agent keeps current. */
  installed: z.boolean(),
  /** File with the hosts. */
  file: z.string(),
  /** The person's SSH configuration. */
  config: z.string(),
  hosts: z.array(sshHost),
  /** Content of the file, as it is or would be. */
  text: z.string(),
  /** Error code of the last change of a file; null if it was written. */
  problem: z.string().nullable(),
});
export type SshConfigView = z.infer<typeof sshConfigView>;

/** Calls about the person's SSH configuration. Part of `AGENT_CALLS`. */
export const SSH_CONFIG_CALLS = {
  'sshConfig.get': { input: none, output: sshConfigView },
  /** Puts the line that includes the file into the person's SSH configuration, or takes it out and deletes the file. */
  'sshConfig.set': { input: z.strictObject({ installed: z.boolean() }), output: sshConfigView },
} as const;
