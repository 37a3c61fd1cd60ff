import type { Audience } from './audience.ts';

/** Terminal that guests of a share link may watch and type into: one that runs here, or one that this device has open on a peer. */
export type SharedTerminalAccess = Readonly<{
  title: string;
  audience: Audience;
  /** Types as the holder does. Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
}>;
