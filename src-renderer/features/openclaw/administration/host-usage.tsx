import type { ReactElement } from 'react';
import type { GatewayNodeView } from '#shared/app-api/index.ts';
import { formatByteCount, formatNumber, text } from '../../../locale/index.ts';
import styles from './administration.module.css';

type Host = NonNullable<GatewayNodeView['host']>;

/** Meters for the load, memory and disk of a node's machine, as the node last reported them. */
export function HostUsage({ host }: Readonly<{ host: Host }>): ReactElement {
  const { cpuCount, load, memoryTotal, memoryFree, diskTotal, diskFree } = host;
  return (
    <div className={styles['usage']} role="group" aria-label={text('gateways.host')}>
      {load !== null && (
        <Meter
          label={cpuCount === null ? text('gateways.host.load') : text('gateways.host.load.of', { count: cpuCount })}
          share={load}
          value={percent(load)}
        />
      )}
      {memoryTotal !== null && memoryFree !== null && memoryTotal > 0 && (
        <Meter
          label={text('gateways.host.memory')}
          share={1 - memoryFree / memoryTotal}
          value={text('gateways.host.free', { free: formatSize(memoryFree), total: formatSize(memoryTotal) })}
        />
      )}
      {diskTotal !== null && diskFree !== null && diskTotal > 0 && (
        <Meter
          label={text('gateways.host.disk')}
          share={1 - diskFree / diskTotal}
          value={text('gateways.host.free', { free: formatSize(diskFree), total: formatSize(diskTotal) })}
        />
      )}
    </div>
  );
}

function Meter({ label, share, value }: Readonly<{ label: string; share: number; value: string }>): ReactElement {
  return (
    <div className={styles['meter']}>
      <span>{label}</span>
      <meter
        aria-label={label}
        min={0}
        max={1}
        low={0.7}
        high={0.9}
        optimum={0}
        value={Math.min(1, Math.max(0, share))}
      >
        {value}
      </meter>
      <span className={styles['about']}>{value}</span>
    </div>
  );
}

function percent(share: number): string {
  return formatNumber(share, { style: 'percent', maximumFractionDigits: 0 });
}

/** Formats a size with decimal units, such as `7.9 GB`. */
function formatSize(bytes: number): string {
  return formatByteCount(bytes, () => ({ maximumSignificantDigits: 3 }));
}
