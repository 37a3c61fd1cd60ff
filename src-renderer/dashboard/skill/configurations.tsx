import { FileJson, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { RouteOutput } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorNotice,
  formatAgo,
  quoteUntrusted,
  Row,
  RowList,
  UntrustedText,
  useNow,
} from '../../ui/index.ts';
import { useAction, useResource } from '../api/index.ts';
import { fileNameOf, saveFile } from '../files/index.ts';
import { LoadedView } from '../shell/loaded.tsx';
import { ConfigurationDialog } from './configuration-dialog.tsx';
import type { Node } from './node.ts';
import styles from './skill.module.css';

type Configuration = RouteOutput<'skillConfigs.list'>['skillConfigs'][number];

/** Stored configurations of the skill, one a node. The relay can read them, and says so. */
export function Configurations({ nodes }: Readonly<{ nodes: readonly Node[] }>): ReactElement {
  const configurations = useResource('skillConfigs.list');
  const [editing, setEditing] = useState<Configuration | 'new'>();
  const [removing, setRemoving] = useState<Configuration>();
  const add = (
    <Button icon={<Plus />} onClick={() => setEditing('new')}>
      {text('skill.config.add')}
    </Button>
  );
  return (
    <section className={styles['section']} aria-labelledby="configurations">
      <h2 id="configurations" className={styles['heading']}>
        {text('skill.configs')}
      </h2>
      <LoadedView of={configurations} label={text('skill.loading')}>
        {({ skillConfigs }) => {
          const list = skillConfigs.filter(({ skill }) => skill === 'privaclaw');
          if (list.length === 0)
            return (
              <EmptyState icon={<FileJson />} title={text('skill.configs.empty')} action={add}>
                {text('skill.configs.about')}
              </EmptyState>
            );
          return (
            <>
              <div className={styles['bar']}>
                <p>{text('skill.configs.about')}</p>
                {add}
              </div>
              <RowList label={text('skill.configs')}>
                {list.map((configuration) => (
                  <ConfigurationRow
                    key={configuration.id}
                    configuration={configuration}
                    onEdit={() => setEditing(configuration)}
                    onRemove={() => setRemoving(configuration)}
                  />
                ))}
              </RowList>
            </>
          );
        }}
      </LoadedView>
      {editing !== undefined && (
        <ConfigurationDialog
          configuration={editing === 'new' ? undefined : editing}
          nodes={nodes}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing !== undefined && <RemoveDialog configuration={removing} onClose={() => setRemoving(undefined)} />}
    </section>
  );
}

function ConfigurationRow({
  configuration,
  onEdit,
  onRemove,
}: Readonly<{ configuration: Configuration; onEdit(): void; onRemove(): void }>): ReactElement {
  const now = useNow(60_000);
  const name = quoteUntrusted(configuration.name);
  const save = useAction(async (client) => {
    const { config } = await client.call('skillConfigs.get', { params: { configuration: configuration.id } });
    saveFile(
      `${fileNameOf(configuration.name, 'privaclaw')}.json`,
      'application/json',
      JSON.stringify(config, null, 2),
    );
  });
  return (
    <>
      <Row
        tall
        lead={<FileJson aria-hidden="true" />}
        title={<UntrustedText>{configuration.name}</UntrustedText>}
        detail={text('skill.config.detail', {
          node: configuration.nodeId,
          ago: formatAgo(configuration.updatedAt, now),
        })}
        actions={[
          { label: text('skill.config.edit', { name }), icon: <Pencil />, onSelect: onEdit },
          { label: text('account.remove.of', { name }), icon: <Trash2 />, onSelect: onRemove },
        ]}
        menu={[{ label: text('skill.config.save'), onSelect: () => void save.run() }]}
        menuLabel={text('account.actions.of', { name })}
      />
      {save.error !== undefined && (
        <li>
          <ErrorNotice error={save.error} onDismiss={save.reset} />
        </li>
      )}
    </>
  );
}

function RemoveDialog({
  configuration,
  onClose,
}: Readonly<{ configuration: Configuration; onClose(): void }>): ReactElement {
  const remove = useAction((client) =>
    client.call('skillConfigs.delete', { params: { configuration: configuration.id } }),
  );
  return (
    <ConfirmDialog
      title={text('account.remove.of', { name: quoteUntrusted(configuration.name) })}
      apply={text('skill.config.remove')}
      keep={text('ui.cancel')}
      call={remove}
      onClose={onClose}
      onApply={() => void remove.run().then((done) => done !== undefined && onClose())}
    >
      <p>{text('skill.config.remove.text')}</p>
    </ConfirmDialog>
  );
}
