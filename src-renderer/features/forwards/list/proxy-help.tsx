import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { CopyButton, Mono } from '../../../ui/index.ts';
import type { ProxySettings } from './proxy-settings.ts';
import styles from './proxy-help.module.css';

/** Shows the address of a proxy, and where a person enters it in Firefox and Chrome. */
export function ProxyHelp({
  settings: { host, port, protocol, chrome },
}: Readonly<{ settings: ProxySettings }>): ReactElement {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return (
    <div className={styles['help']}>
      <p className={styles['line']}>
        <span>{text('forwards.proxy.address')}</span>
        <Mono>{address}</Mono>
        <CopyButton value={address} label={text('forwards.proxy.copy')} />
      </p>
      <p>{text(`forwards.proxy.firefox.${protocol}`, { host, port })}</p>
      <p>{text('forwards.proxy.chrome')}</p>
      <p className={styles['line']}>
        <Mono>{chrome}</Mono>
        <CopyButton value={chrome} label={text('forwards.proxy.copy-command')} />
      </p>
    </div>
  );
}
