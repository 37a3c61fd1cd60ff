import { BotMessageSquare, Plus, SquareTerminal, Waypoints, Workflow } from 'lucide-react';
import { useId, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { showOpenClaw, useApp, type OpenClawSubject } from '../../../store/index.ts';
import { IconButton, Menu, StatusDot, UntrustedText, useNow } from '../../../ui/index.ts';
import { overallDot, summariseGateway } from '../gateways/gateway-status.ts';
import { remoteSummary } from '../prompts/recipient-text.ts';
import styles from './frame.module.css';
import { isSameSubject } from './subject.ts';

export type SubjectListProps = Readonly<{
  /** Subject that is shown beside the list. */
  current: OpenClawSubject | undefined;
  /** Opens the dialog that adds a gateway. */
  onAddGateway(): void;
  /** Opens the dialog that saves a paired machine's OpenClaw under a name. */
  onAddMachine(): void;
}>;

/** First column of the page: this device's gateways, the OpenClaw of paired machines, and what gateways and machines may do here. */
export function SubjectList({ current, onAddGateway, onAddMachine }: SubjectListProps): ReactElement {
  const gateways = useApp((state) => state.gateways);
  const remotes = useApp((state) => state.remotes);
  const now = useNow(5000);
  const entry = { current };
  return (
    <nav className={styles['list']} aria-label={text('openclaw.title')} data-region="">
      <div className={styles['list-head']}>
        <h1 className={styles['title']}>{text('openclaw.title')}</h1>
        <Menu
          label={text('openclaw.add')}
          trigger={<IconButton size="small" label={text('openclaw.add')} icon={<Plus />} />}
          items={[
            { label: text('openclaw.add.gateway'), icon: <Waypoints />, onSelect: onAddGateway },
            { label: text('openclaw.add.machine'), icon: <BotMessageSquare />, onSelect: onAddMachine },
          ]}
        />
      </div>
      <Group title={text('prompts.list.gateways')}>
        {gateways.map((gateway) => (
          <li key={gateway.id} data-gateway={gateway.id}>
            <Entry
              {...entry}
              subject={{ kind: 'gateway', id: gateway.id }}
              lead={<StatusDot state={overallDot(gateway)} label="" />}
              name={<UntrustedText>{gateway.settings.name}</UntrustedText>}
              about={summariseGateway(gateway)}
            />
          </li>
        ))}
      </Group>
      <Group title={text('prompts.list.peers')}>
        {remotes.map((remote) => {
          const { dot, label } = remoteSummary(remote, now);
          return (
            <li key={remote.id}>
              <Entry
                {...entry}
                subject={{ kind: 'remote', id: remote.id }}
                lead={<StatusDot state={dot} label="" />}
                name={<UntrustedText>{remote.name}</UntrustedText>}
                about={label}
              />
            </li>
          );
        })}
      </Group>
      <Group title={text('openclaw.here')}>
        <li>
          <Entry
            {...entry}
            subject={{ kind: 'node' }}
            lead={<SquareTerminal aria-hidden="true" />}
            name={text('openclaw.node.short')}
          />
        </li>
        <li>
          <Entry
            {...entry}
            subject={{ kind: 'workflows' }}
            lead={<Workflow aria-hidden="true" />}
            name={text('openclaw.workflows')}
          />
        </li>
      </Group>
    </nav>
  );
}

function Group({ title, children }: Readonly<{ title: string; children: readonly ReactNode[] }>): ReactElement | null {
  const id = useId();
  if (children.length === 0) return null;
  return (
    <>
      <h2 id={id} className={styles['group']}>
        {title}
      </h2>
      <ul className={styles['entries']} aria-labelledby={id}>
        {children}
      </ul>
    </>
  );
}

type EntryProps = Readonly<{
  current: OpenClawSubject | undefined;
  subject: OpenClawSubject;
  lead: ReactNode;
  name: ReactNode;
  about?: string;
}>;

function Entry({ current, subject, lead, name, about }: EntryProps): ReactElement {
  return (
    <button
      type="button"
      className={styles['entry']}
      aria-current={isSameSubject(current, subject) ? 'true' : undefined}
      onClick={() => showOpenClaw(subject)}
    >
      {lead}
      <span className={styles['entry-words']}>
        <span className={styles['entry-name']}>{name}</span>
        {about !== undefined && <span className={styles['entry-about']}>{about}</span>}
      </span>
    </button>
  );
}
