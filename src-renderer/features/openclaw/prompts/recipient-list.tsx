import { useId, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { StatusDot, UntrustedText, useNow } from '../../../ui/index.ts';
import styles from './prompts.module.css';
import { recipientKey, recipientName, type PromptRecipient } from './recipient.ts';
import { describeLocation, statusText } from './recipient-text.ts';

type ListProps = Readonly<{ targets: readonly PromptRecipient[]; selected: string; onSelect(key: string): void }>;

/** List from which the person chooses a recipient of prompts: the OpenClaw of paired machines, then this device's gateways. */
export function RecipientList(props: ListProps): ReactElement {
  return (
    <nav className={styles['list']} aria-label={text('prompts.list')}>
      <Group {...props} kind="remote" title={text('prompts.list.peers')} />
      <Group {...props} kind="gateway" title={text('prompts.list.gateways')} />
    </nav>
  );
}

function Group({
  targets,
  selected,
  onSelect,
  kind,
  title,
}: ListProps & Readonly<{ kind: PromptRecipient['kind']; title: string }>): ReactElement | null {
  const id = useId();
  const now = useNow(5000);
  const shown = targets.filter((target) => target.kind === kind);
  if (shown.length === 0) return null;
  return (
    <>
      <h2 id={id} className={styles['group']}>
        {title}
      </h2>
      <ul className={styles['targets']} aria-labelledby={id}>
        {shown.map((target) => {
          const key = recipientKey(target);
          const { dot, label } = statusText(target, now);
          return (
            <li key={key}>
              <button
                type="button"
                className={styles['target']}
                aria-current={key === selected ? 'true' : undefined}
                onClick={() => onSelect(key)}
              >
                <StatusDot state={dot} label="" />
                <span className={styles['target-words']}>
                  <span className={styles['target-name']}>
                    <UntrustedText>{recipientName(target)}</UntrustedText>
                  </span>
                  <span className={styles['target-about']}>
                    {kind === 'gateway' ? label : `${label} · ${describeLocation(target)}`}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
