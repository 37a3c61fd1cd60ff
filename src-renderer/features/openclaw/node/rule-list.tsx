import { Plus, Trash2 } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { NodePolicy, NodeRule } from '#shared/app-api/index.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import {
  Button,
  IconButton,
  Mono,
  formatAgo,
  formatMoment,
  quoteUntrusted,
  showHidden,
  useNow,
} from '../../../ui/index.ts';
import styles from './node.module.css';
import { RunRuleDialog } from './run-rule-dialog.tsx';

/**
 * List of the programs that gateways may run on this machine without asking. The person adds and removes them.
 * @param onSave saves the changed policy; true if the agent accepted it
 * @param onAdded called after the dialog has added a program
 */
export function RuleList({
  policy,
  saving,
  onSave,
  onAdded,
}: Readonly<{
  policy: NodePolicy;
  saving: boolean;
  onSave(policy: NodePolicy): Promise<boolean>;
  onAdded(): void;
}>): ReactElement {
  const id = useId();
  const [adds, setAdds] = useState(false);
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {text('node.rules')}
      </h2>
      <p className={styles['about']}>
        {policy.rules.length === 0 ? text('node.rules.none') : text(`node.rules.about.${policy.default}`)}
      </p>
      {policy.rules.length > 0 && (
        <ul className={styles['list']}>
          {policy.rules.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              disabled={saving}
              onRemove={() => void onSave({ ...policy, rules: policy.rules.filter((each) => each.id !== rule.id) })}
            />
          ))}
        </ul>
      )}
      <Button icon={<Plus aria-hidden="true" />} onClick={() => setAdds(true)}>
        {text('node.rule.add')}
      </Button>
      {adds && <RunRuleDialog onAdded={onAdded} onClose={() => setAdds(false)} />}
    </section>
  );
}

function RuleRow({
  rule,
  disabled,
  onRemove,
}: Readonly<{ rule: NodeRule; disabled: boolean; onRemove(): void }>): ReactElement {
  const now = useNow();
  const gateways = useApp((state) => state.gateways);
  const gateway = gateways.find(({ id }) => id === rule.gateway);
  const details = [
    rule.name === undefined || isOwnName(rule) ? '' : text('node.rule.called-as', { name: quoteUntrusted(rule.name) }),
    rule.directory === undefined ? '' : text('node.rule.in', { folder: quoteUntrusted(rule.directory) }),
    rule.files === undefined || rule.files.length === 0 ? '' : text('node.rule.files', { count: rule.files.length }),
    rule.unpinned === true ? text('node.rule.unpinned') : '',
    rule.gateway === null
      ? text('node.rule.every-gateway')
      : text('node.rule.of-gateway', {
          gateway: gateway === undefined ? rule.gateway : quoteUntrusted(gateway.settings.name),
        }),
    text('node.rule.added', { at: formatMoment(rule.addedAt, now) }),
    rule.lastUsedAt === null
      ? text('node.rule.unused')
      : text('node.rule.used', { ago: formatAgo(rule.lastUsedAt, now) }),
  ];
  return (
    <li className={styles['row']}>
      <span className={styles['what']}>
        <Mono>
          {showHidden(rule.arguments === null ? rule.program : commandLine([rule.program, ...rule.arguments]))}
        </Mono>
        {rule.arguments === null && <span>{text('node.rule.any-arguments')}</span>}
        {rule.name === undefined && <span>{text('node.rule.old')}</span>}
        <span className={styles['detail']}>{details.filter(Boolean).join(' · ')}</span>
      </span>
      <IconButton
        size="small"
        label={text('node.rule.remove', { program: showHidden(rule.program) })}
        icon={<Trash2 aria-hidden="true" />}
        disabled={disabled}
        onClick={onRemove}
      />
    </li>
  );
}

/** Reports whether a program is called by the name of its file, such as `uptime` for `/usr/bin/uptime`. */
function isOwnName({ program, name }: NodeRule): boolean {
  return name === program || program.split(/[/\\]/).at(-1) === name;
}
