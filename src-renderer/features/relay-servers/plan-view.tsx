import { useId, type ReactElement, type ReactNode } from 'react';
import type { RelayServerPlan } from '#shared/app-api/index.ts';
import { ipFamily } from '#shared/forward/index.ts';
import { text } from '../../locale/index.ts';
import { classes, formatBytes, Mono } from '../../ui/index.ts';
import { hostOf } from '../relay-reach/index.ts';
import { useHeadingFocus } from './heading-focus.ts';
import styles from './relay-servers.module.css';

/** `children`: warnings below the plan, then its buttons. */
export type PlanViewProps = Readonly<{ plan: RelayServerPlan; children: ReactNode }>;

/** Shows all that will be done at a server, as the agent has announced it, before the person agrees. */
export function PlanView({ plan, children }: PlanViewProps): ReactElement {
  const { task, server, version, before, size, url, actions } = plan;
  const id = useId();
  const heading = useHeadingFocus();
  const versions = [before, version === before ? null : version].filter((part) => part !== null);
  return (
    <section className={classes(styles['stack'], styles['plan'])} aria-labelledby={id}>
      <h3 ref={heading} id={id} tabIndex={-1} className={styles['heading']}>
        {text(`deploy.plan.${task}`, { server })}
      </h3>
      <p className={styles['lead']}>{text(task === 'remove' ? 'deploy.plan.remove.text' : 'deploy.plan.text')}</p>
      <dl className={styles['facts']}>
        <div>
          <dt>{text('deploy.plan.url')}</dt>
          <dd>
            <Mono>{url}</Mono>
          </dd>
        </div>
        {task === 'deploy' && (
          <div>
            <dt>{text('deploy.plan.certificate')}</dt>
            <dd>{text(`deploy.plan.certificate.${isNamed(url) ? 'named' : 'unnamed'}`)}</dd>
          </div>
        )}
        <div>
          <dt>{text('deploy.plan.version')}</dt>
          <dd className={styles['figures']}>{versions.join(' → ')}</dd>
        </div>
        {size !== null && (
          <div>
            <dt>{text('deploy.plan.size')}</dt>
            <dd className={styles['figures']}>{formatBytes(size)}</dd>
          </div>
        )}
      </dl>
      <ol className={styles['actions']} aria-label={text('deploy.plan.actions')}>
        {actions.map(({ kind, what }) => (
          <li key={`${kind} ${what}`}>
            <span>{text(`deploy.action.${kind}`)}</span>
            <Mono>{what}</Mono>
          </li>
        ))}
      </ol>
      {children}
    </section>
  );
}

/** Reports whether the relay's address has a domain name, not an IP address. */
function isNamed(url: string): boolean {
  return ipFamily(hostOf(url) ?? '') === undefined;
}
