import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, Caution, ErrorNotice, RadioGroup, RowSkeleton, quoteUntrusted } from '../../../ui/index.ts';
import { SubjectHead } from '../frame/subject-head.tsx';
import { otherNodeOf } from '../gateways/gateway-status.ts';
import { FolderList } from './folder-list.tsx';
import styles from './node.module.css';
import { offeredText } from './offered-text.ts';
import { RuleList } from './rule-list.tsx';
import { usePolicy } from './use-policy.ts';

/**
 * Pane with the rules for this machine as a node: what happens to a program without a rule, the programs that are always allowed, and the folders that
 * gateways may list. Changes are saved by the agent at once.
 */
export function NodePane(): ReactElement {
  const gateways = useApp((state) => state.gateways);
  const machine = useApp((state) => state.status?.device.name ?? '');
  const { policy, error, save, saving, saveError, resetSave, reload } = usePolicy();
  const other = otherNodeOf(gateways);
  return (
    <>
      <SubjectHead title={text('openclaw.node')} about={offeredText(gateways, machine)} />
      <Caution>{other !== null && text('gateways.other-node', { node: quoteUntrusted(other) })}</Caution>
      {policy === undefined && error === undefined && <RowSkeleton label={text('node.loading')} />}
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
        <div className={styles['rules']}>
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
        </div>
      )}
    </>
  );
}
