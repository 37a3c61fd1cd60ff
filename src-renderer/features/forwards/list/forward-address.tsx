import { Fragment, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { useApp } from '../../../store/index.ts';
import { Mono } from '../../../ui/index.ts';
import styles from './forward-address.module.css';
import { shownAddressOf } from './page-address.ts';

/** Shows the address that programs connect to, and the machine on which they do, if it isn't this one. */
export function ForwardAddress({ forward }: Readonly<{ forward: ForwardView }>): ReactElement {
  const all = useApp((state) => state.forwards);
  const platform = useApp((state) => state.facts?.platform);
  const { address, on } = shownAddressOf(forward, all, platform);
  return (
    <span className={styles['address']}>
      <Mono>
        <Breakable address={address} />
      </Mono>
      {on !== undefined && <span className={styles['on']}> {on}</span>}
    </span>
  );
}

/** Shows an address whole. Where there is no room for one line, it breaks after a dot or before the port. */
function Breakable({ address }: Readonly<{ address: string }>): ReactElement {
  const [, host = address, port = ''] = /^(\S+)(:\d+)$/.exec(address) ?? [];
  const parts = host.split(/(?<=\.)/u);
  return (
    <bdi className={styles['whole']}>
      {parts.map((part, index) => (
        <Fragment key={parts.slice(0, index + 1).join('')}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
      <wbr />
      {port}
    </bdi>
  );
}
