import type { GatewayCode } from './errors.ts';

/** What to do after a connection was refused or has ended. */
export type ConnectNext =
  /** Nothing, until a person does something. */
  | Readonly<{ kind: 'stop' }>
  /** The same again every 15 s: somebody has to approve this device. */
  | Readonly<{ kind: 'pairing'; requestId: string | null; reason: string }>
  /** Again in `after` ms; null: the usual back-off. */
  | Readonly<{ kind: 'wait'; after: number | null }>
  /** Again with another credential where there is one (device token, then shared token), else stop. */
  | Readonly<{ kind: 'other-credential' }>;

export type ConnectProblem = Readonly<{
  code: GatewayCode;
  details: Readonly<Record<string, string | number>>;
  next: ConnectNext;
}>;
