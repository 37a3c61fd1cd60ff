import { Plus, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { AgentGrant, PeerView, RightDecision } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, IconButton, Mono, Select, formatMoment, useNow } from '../../../ui/index.ts';
import styles from './allowed-targets.module.css';
import { DECISIONS } from './right-choice.ts';
import { useEscape } from './use-escape.ts';
import { useTakeBack } from './use-waiting.ts';

/**
 * Lists the agents of this machine about whose messages of a peer a person has decided on their own, with a button that removes each decision and a form
 * that adds one. Each change is saved at once (`rights.setAgent`).
 */
export function AgentGrants({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const now = useNow();
  const set = useCall('rights.setAgent');
  const takeBack = useTakeBack();
  const own = useApp((state) => state.agents);
  const [isAdding, setAdding] = useState(false);
  const { peerId, agents = [] } = peer;
  const { decision } = peer.rights.message;
  const shown = agents.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const free = own.map(({ name }) => name).filter((name) => !shown.some(({ agent }) => agent === name));

  const save = async (agent: string, chosen: RightDecision | null): Promise<boolean> => {
    if (set.busy) return false;
    takeBack();
    return (await set.run({ peer: peerId, agent, decision: chosen, expiresAt: null })) !== undefined;
  };
  if (shown.length === 0 && free.length === 0 && set.error === undefined) return null;
  return (
    <div className={styles['targets']} role="group" aria-label={text('access.agents')}>
      {shown.length > 0 && <p className={styles['about']}>{text('access.agents.about')}</p>}
      <ul className={styles['list']}>
        {shown.map((grant) => (
          <li key={grant.agent} className={styles['target']}>
            <span className={styles['words']}>
              <Mono>{grant.agent}</Mono> <span className={styles['bound']}>{grantText(grant, now)}</span>
            </span>
            <IconButton
              size="small"
              label={text('access.agents.remove', { agent: grant.agent })}
              icon={<X aria-hidden="true" />}
              onClick={() => void save(grant.agent, null)}
            />
          </li>
        ))}
        {!isAdding && free.length > 0 && (
          <li>
            <Button
              size="small"
              variant="quiet"
              edge={shown.length === 0 ? 'start' : undefined}
              icon={<Plus aria-hidden="true" />}
              onClick={() => setAdding(true)}
            >
              {text('access.agents.add')}
            </Button>
          </li>
        )}
      </ul>
      {isAdding && (
        <AgentForm
          free={free}
          whole={decision}
          busy={set.busy}
          onAdd={save}
          onClose={() => {
            setAdding(false);
            set.reset();
          }}
        />
      )}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
    </div>
  );
}

type AgentFormProps = Readonly<{
  /** Agents without a decision of their own. */
  free: readonly string[];
  /** Decision about all others. */
  whole: RightDecision;
  busy: boolean;
  /** @returns whether it was saved */
  onAdd(agent: string, decision: RightDecision): Promise<boolean>;
  onClose(): void;
}>;

/** Form for the decision about one agent. Escape closes it. */
function AgentForm({ free, whole, busy, onAdd, onClose }: AgentFormProps): ReactElement {
  const form = useEscape<HTMLFormElement>(onClose);
  const [chosen, setChosen] = useState<string>();
  const [decision, setDecision] = useState<RightDecision>(whole === 'allow' ? 'ask' : 'allow');
  // The person last: what programs get is more often limited.
  const first = free.find((name) => name !== 'me') ?? free[0] ?? '';
  const agent = chosen !== undefined && free.includes(chosen) ? chosen : first;
  return (
    <form
      ref={form}
      className={styles['add']}
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        void onAdd(agent, decision).then((isSaved) => {
          if (isSaved) onClose();
        });
      }}
    >
      <Select
        label={text('access.agents.agent')}
        value={agent}
        options={free.map((value) => ({ value, label: value }))}
        onChange={setChosen}
      />
      <Select
        label={text('access.agents.decision')}
        value={decision}
        options={DECISIONS.map((value) => ({ value, label: text(`access.${value}`) }))}
        onChange={setDecision}
      />
      <div className={styles['buttons']}>
        <Button type="submit" size="small" busy={busy}>
          {text('access.agents.set')}
        </Button>
        <Button size="small" variant="quiet" onClick={onClose}>
          {text('ui.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** Describes the decision about one agent, and its end. @param now ms since 1970 */
function grantText({ decision, expiresAt }: AgentGrant, now: number): string {
  return expiresAt === null
    ? text(`access.agents.${decision}`)
    : text(`access.agents.${decision}-until`, { until: formatMoment(expiresAt, now) });
}
