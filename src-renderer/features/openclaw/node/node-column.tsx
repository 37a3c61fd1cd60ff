import { useId, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { showOpenClaw, useApp } from '../../../store/index.ts';
import { Button, Caution, ErrorNotice, Segments } from '../../../ui/index.ts';
import styles from './node.module.css';
import { offeredText } from './offered-text.ts';
import { RunList } from './run-list.tsx';
import { usePolicy } from './use-policy.ts';

export type NodeColumnProps = Readonly<{
  /** The rules are open beside it, so the column shows only the programs. */
  besideRules: boolean;
}>;

/** Column "This machine as a node": which gateways use it, what happens to other commands, and the programs that ran here. */
export function NodeColumn({ besideRules }: NodeColumnProps): ReactElement {
  const id = useId();
  const gateways = useApp((state) => state.gateways);
  const machine = useApp((state) => state.status?.device.name ?? '');
  return (
    <section className={styles['column']} aria-labelledby={id}>
      {besideRules ? (
        <h2 id={id} className="visually-hidden">
          {text('node.runs')}
        </h2>
      ) : (
        <div>
          <h2 id={id} className={styles['column-title']}>
            {text('openclaw.node')}
          </h2>
          <p className={styles['small']}>{offeredText(gateways, machine)}</p>
          <PolicySummary />
        </div>
      )}
      <RunList />
    </section>
  );
}

function PolicySummary(): ReactElement {
  const { policy, error, save, saving, saveError, resetSave, reload } = usePolicy();
  if (error !== undefined)
    return (
      <ErrorNotice
        error={error}
        action={
          <Button size="small" onClick={reload}>
            {text('gateways.administration.reload')}
          </Button>
        }
      />
    );
  return (
    <div className={styles['summary']}>
      <div className={styles['line']}>
        <span>{text('node.policy.other')}</span>
        <Segments
          label={text('node.policy.other')}
          value={policy?.default === 'allow' ? undefined : policy?.default}
          disabled={saving || policy === undefined}
          options={[
            { value: 'ask', label: text('node.policy.ask.short'), description: text('node.policy.ask.explain') },
            { value: 'deny', label: text('node.policy.deny'), description: text('node.policy.deny.explain') },
          ]}
          onChange={(value) => {
            if (policy !== undefined) void save({ ...policy, default: value });
          }}
        />
      </div>
      <Caution>{policy?.default === 'allow' && text('node.policy.allow.warning')}</Caution>
      <div className={styles['line']}>
        <span>
          {policy === undefined
            ? text('node.loading')
            : policy.rules.length === 0
              ? text('node.rules.count.none')
              : text('node.rules.count', { count: policy.rules.length })}
        </span>
        <Button
          size="small"
          variant="quiet"
          aria-label={text('node.rules.edit.of')}
          onClick={() => showOpenClaw({ kind: 'node' })}
        >
          {text('node.rules.edit')}
        </Button>
      </div>
      {saveError !== undefined && <ErrorNotice error={saveError} onDismiss={resetSave} />}
    </div>
  );
}
