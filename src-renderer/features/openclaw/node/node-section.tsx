import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { NodePolicy } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, Caution, ErrorNotice, PageLoading, RadioGroup, quoteUntrusted } from '../../../ui/index.ts';
import { FolderList } from './folder-list.tsx';
import styles from './node-section.module.css';
import { RuleList } from './rule-list.tsx';
import { RunList } from './run-list.tsx';
import { otherNodeOf } from '../gateways/gateway-status.ts';

/**
 * The tab "This machine": the latest runs of gateways on this machine, and the policy for further runs: the default, the programs that are always
 * allowed, and the folders that gateways may list. Changes are saved by the agent at once.
 */
export function NodeSection(): ReactElement {
  const gateways = useApp((state) => state.gateways);
  const { policy, error, save, saving, saveError, resetSave, reload } = usePolicy();
  const isNode = gateways.some(({ settings }) => settings.node.enabled);
  const other = otherNodeOf(gateways);
  return (
    <div className={styles['section']}>
      {!isNode && <p className={styles['note']}>{text('node.off')}</p>}
      <Caution>{other !== null && text('gateways.other-node', { node: quoteUntrusted(other) })}</Caution>
      <RunList />
      {policy === undefined && error === undefined && <PageLoading label={text('node.loading')} />}
      {error !== undefined && (
        <ErrorNotice
          error={error}
          action={
            <Button size="small" onClick={reload}>
              {text('gateways.administration.reload')}
            </Button>
          }
        />
      )}
      {policy !== undefined && (
        <>
          <section>
            <RadioGroup
              label={text('node.policy')}
              about={text('node.policy.about')}
              value={policy.default}
              disabled={saving}
              options={(['ask', 'deny', 'allow'] as const).map((value) => ({
                value,
                label: text(`node.policy.${value}`),
                description: text(`node.policy.${value}.explain`),
              }))}
              onChange={(value) => void save({ ...policy, default: value })}
            />
            <Caution>{policy.default === 'allow' && text('node.policy.allow.warning')}</Caution>
          </section>
          <RuleList policy={policy} saving={saving} onSave={save} onAdded={reload} />
          <FolderList policy={policy} saving={saving} onSave={save} />
          {saveError !== undefined && <ErrorNotice error={saveError} onDismiss={resetSave} />}
        </>
      )}
    </div>
  );
}

type PolicyState = Readonly<{
  policy: NodePolicy | undefined;
  error: unknown;
  saving: boolean;
  saveError: unknown;
  /**
   * Saves the policy.
   * @returns true if the agent accepted it
   */
  save(policy: NodePolicy): Promise<boolean>;
  resetSave(): void;
  reload(): void;
}>;

/** Loads the policy for runs from the agent, and again when requests change, because "Always allow" adds a rule. */
function usePolicy(): PolicyState {
  const get = useCall('node.policy.get');
  const set = useCall('node.policy.set');
  const [policy, setPolicy] = useState<NodePolicy>();
  const { run } = get;
  const reload = useCallback((): void => {
    void run({}).then((answer) => {
      if (answer !== undefined) setPolicy(answer);
    });
  }, [run]);
  useEffect(() => {
    reload();
    // "Always allow" in the inbox adds a rule.
    return useApp.subscribe((state, before) => {
      if (state.requests !== before.requests) reload();
    });
  }, [reload]);
  const save = async (next: NodePolicy): Promise<boolean> => {
    const answer = await set.run({ policy: next });
    if (answer !== undefined) setPolicy(answer);
    return answer !== undefined;
  };
  return {
    policy,
    error: get.error,
    saving: set.busy,
    saveError: set.error,
    save,
    resetSave: set.reset,
    reload,
  };
}
