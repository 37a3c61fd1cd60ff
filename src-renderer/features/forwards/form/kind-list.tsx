import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { KIND_ICONS } from './kind-icons.ts';
import type { FormKind } from './kinds.ts';
import styles from './kind-list.module.css';

const GROUPS = [
  { name: 'service', kinds: ['port-here', 'port-there', 'udp'] },
  { name: 'proxy', kinds: ['auto', 'socks5', 'http-proxy'] },
  { name: 'tunnel', kinds: ['wg-proxy', 'ssh-tunnel'] },
  { name: 'folder', kinds: ['folder'] },
] as const satisfies readonly Readonly<{ name: string; kinds: readonly FormKind[] }>[];

/** Lets the person choose the kind of a forward that is set up by hand: all kinds in groups, each with one sentence. */
export function KindList({ onChoose }: Readonly<{ onChoose(kind: FormKind): void }>): ReactElement {
  return (
    <div className={styles['groups']}>
      {GROUPS.map(({ name, kinds }) => (
        <section key={name} aria-label={text(`forwards.kinds.${name}`)}>
          <h3 className={styles['heading']}>{text(`forwards.kinds.${name}`)}</h3>
          <ul className={styles['list']}>
            {kinds.map((kind) => {
              const Icon = KIND_ICONS[kind];
              return (
                <li key={kind}>
                  <button type="button" className={styles['kind']} data-kind={kind} onClick={() => onChoose(kind)}>
                    <Icon aria-hidden="true" />
                    <span className={styles['name']}>{text(`forwards.kind.${kind}`)}</span>
                    <span className={styles['explain']}>{text(`forwards.kind.${kind}.explain`)}</span>
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}
