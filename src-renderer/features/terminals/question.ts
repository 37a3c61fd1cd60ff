import type { BusyPane, HowToClose } from './closing/close-guard.ts';
import type { Hyperlink } from '../hyperlinks/index.ts';
import type { Tab } from './tabs/tab-types.ts';

/** Dialog that the page shows, with its subject. */
export type Question =
  /** `isOnePaste`: the programs that receive it have turned on bracketed paste. */
  | Readonly<{ kind: 'paste'; pane: number; text: string; isOnePaste: boolean }>
  | Readonly<{ kind: 'link'; link: Hyperlink; peer: string }>
  | Readonly<{ kind: 'share'; pane: number; peerId: string; terminal: string }>
  | Readonly<{ kind: 'broadcast' }>
  | Readonly<{ kind: 'record-keys'; pane: number }>
  | Readonly<{ kind: 'rename'; tab: Tab }>
  /** Look and start of terminals on a machine. */
  | Readonly<{ kind: 'profile'; peerId: string }>
  /** The panes are closed together; programs run in some of them. */
  | Readonly<{ kind: 'close'; busy: readonly BusyPane[]; panes: readonly number[]; close(how: HowToClose): void }>;
