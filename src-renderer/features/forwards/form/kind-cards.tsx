import {
  ArrowLeftFromLine,
  ArrowRightToLine,
  FolderOpen,
  Globe,
  Network,
  Radio,
  Route,
  ShieldCheck,
  SquareTerminal,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { FORM_KINDS, type FormKind } from './kinds.ts';
import styles from './rule-dialog.module.css';

const ICONS: Readonly<Record<FormKind, typeof Globe>> = {
  socks5: Globe,
  'http-proxy': Network,
  'port-here': ArrowLeftFromLine,
  'port-there': ArrowRightToLine,
  udp: Radio,
  'wg-proxy': ShieldCheck,
  'ssh-tunnel': SquareTerminal,
  auto: Route,
  folder: FolderOpen,
};

/** Lets the person choose the kind of a new forward: a card per kind with icon, name and one sentence. */
export function KindCards({ onChoose }: Readonly<{ onChoose(kind: FormKind): void }>): ReactElement {
  return (
    <ul className={styles['cards']} aria-label={text('forwards.form.kinds')}>
      {FORM_KINDS.map((kind) => {
        const Icon = ICONS[kind];
        return (
          <li key={kind}>
            <button type="button" className={styles['card']} data-kind={kind} onClick={() => onChoose(kind)}>
              <Icon aria-hidden="true" />
              <span className={styles['card-title']}>{text(`forwards.kind.${kind}`)}</span>
              <span className={styles['card-text']}>{text(`forwards.kind.${kind}.explain`)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
