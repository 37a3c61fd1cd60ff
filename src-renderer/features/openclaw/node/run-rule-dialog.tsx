import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import {
  ErrorNotice,
  Field,
  FormDialog,
  RadioGroup,
  Select,
  TextInput,
  quoteUntrusted,
  showHidden,
} from '../../../ui/index.ts';
import { isAbsolutePath } from './folder-list.tsx';
import { splitWords } from './command-words.ts';

/** Value of the option for every gateway, because `Select` takes no empty value. */
const EVERY = 'every';

/**
 * Dialog that adds a program which gateways may run on this machine without asking. The person chooses its arguments, a folder and a gateway, or any
 * of them; the agent saves the rule.
 */
export function RunRuleDialog({ onAdded, onClose }: Readonly<{ onAdded(): void; onClose(): void }>): ReactElement {
  const allow = useCall('node.allow');
  const gateways = useApp((state) => state.gateways);
  const [program, setProgram] = useState('');
  const [kind, setKind] = useState<'exact' | 'any'>('exact');
  const [line, setLine] = useState('');
  const [folder, setFolder] = useState('');
  const [gateway, setGateway] = useState<string>(EVERY);
  const [wasSent, setSent] = useState(false);
  const words = splitWords(line);
  const wrong = {
    program: program.trim() === '' ? text('node.rule.program.missing') : undefined,
    line: kind === 'exact' && words === undefined ? text('node.rule.arguments.wrong') : undefined,
    folder: folder.trim() !== '' && !isAbsolutePath(folder.trim()) ? text('node.folder.wrong') : undefined,
  };
  const apply = async (): Promise<void> => {
    setSent(true);
    if (allow.busy || Object.values(wrong).some((each) => each !== undefined)) return;
    const rule = await allow.run({
      program: program.trim(),
      arguments: kind === 'any' ? null : [...(words ?? [])],
      gateway: gateway === EVERY ? null : gateway,
      ...(folder.trim() === '' ? {} : { directory: folder.trim() }),
    });
    if (rule === undefined) return;
    notify({ tone: 'good', text: text('node.rule.done', { program: showHidden(rule.program) }) });
    onAdded();
    onClose();
  };
  return (
    <FormDialog
      onClose={onClose}
      title={text('node.rule.add')}
      description={text('node.rule.text')}
      apply={text('node.rule.apply')}
      busy={allow.busy}
      onApply={() => void apply()}
    >
      <Field
        label={text('node.rule.program')}
        hint={text('node.rule.program.hint')}
        error={wasSent ? wrong.program : undefined}
      >
        <TextInput mono maxLength={4096} value={program} onChange={setProgram} />
      </Field>
      <RadioGroup
        label={text('node.rule.arguments')}
        size="small"
        value={kind}
        options={(['exact', 'any'] as const).map((value) => ({
          value,
          label: text(`node.rule.arguments.${value}`),
          description: text(`node.rule.arguments.${value}.explain`),
        }))}
        onChange={setKind}
      />
      {kind === 'exact' && (
        <Field label={text('node.rule.line')} hint={text('node.rule.line.hint')} error={wrong.line}>
          <TextInput mono value={line} onChange={setLine} />
        </Field>
      )}
      <Field label={text('node.rule.folder')} hint={text('node.rule.folder.hint')} error={wrong.folder}>
        <TextInput mono maxLength={4096} value={folder} onChange={setFolder} />
      </Field>
      <Select
        label={text('node.rule.gateway')}
        value={gateway}
        options={[
          { value: EVERY, label: text('node.rule.every-gateway') },
          ...gateways.map(({ id, settings }) => ({ value: id, label: quoteUntrusted(settings.name) })),
        ]}
        onChange={setGateway}
      />
      {allow.error !== undefined && <ErrorNotice error={allow.error} onDismiss={allow.reset} />}
    </FormDialog>
  );
}
