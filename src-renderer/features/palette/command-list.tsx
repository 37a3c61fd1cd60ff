import { Autocomplete } from '@base-ui/react/autocomplete';
import { Search } from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { text } from '../../locale/index.ts';
import { useApi, useApp } from '../../store/index.ts';
import { Modal, ModalTitle } from '../../ui/index.ts';
import { findCommands, paletteGroups, type PaletteCommand, type PaletteGroup } from './commands.ts';
import styles from './palette.module.css';

/**
 * Command palette: a dialog with a search field and the matching commands in groups. Arrow keys choose, Enter runs the command, Escape closes. The
 * commands act through the window's store and the agent.
 */
export function CommandList({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const api = useApi();
  const facts = useApp(
    useShallow(({ peers, forwards, status, settings, place, pageCommands, facts: here }) => ({
      peers,
      forwards,
      status,
      settings,
      place,
      pageCommands,
      facts: here,
    })),
  );
  const [query, setQuery] = useState('');
  const groups = useMemo(() => paletteGroups(facts, api), [facts, api]);
  const found = useMemo(() => findCommands(groups, query), [groups, query]);
  const count = found.reduce((sum, { items }) => sum + items.length, 0);
  const choose = (command: PaletteCommand): void => {
    // Closed first, so that the command's own dialog gets the focus.
    onClose();
    command.run();
  };
  return (
    <Modal open onClose={onClose} size="list">
      <ModalTitle className="visually-hidden">{text('palette.title')}</ModalTitle>
      <Autocomplete.Root
        open
        inline
        items={groups}
        filteredItems={found}
        autoHighlight="always"
        keepHighlight
        value={query}
        onValueChange={(value, { reason }) => {
          if (reason !== 'item-press') setQuery(value);
        }}
        itemToStringValue={({ label }: PaletteCommand) => label}
      >
        <div className={styles['search']}>
          <Search aria-hidden="true" />
          <Autocomplete.Input
            className={styles['input']}
            aria-label={text('palette.title')}
            placeholder={text('palette.placeholder')}
          />
        </div>
        <p role="status" className="visually-hidden">
          {text('palette.found', { count })}
        </p>
        <Autocomplete.Empty>
          {count === 0 && <p className={styles['empty']}>{text('palette.empty')}</p>}
        </Autocomplete.Empty>
        <Autocomplete.List className={styles['list']}>
          {(group: PaletteGroup) => (
            <Autocomplete.Group key={group.value} items={group.items} className={styles['group']}>
              <Autocomplete.GroupLabel className={styles['label']}>{group.value}</Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(command: PaletteCommand) => (
                  <Autocomplete.Item
                    key={command.id}
                    value={command}
                    className={styles['item']}
                    onClick={() => choose(command)}
                  >
                    <span className={styles['name']}>{command.label}</span>
                    {command.note !== undefined && <span className={styles['note']}>{command.note}</span>}
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </Modal>
  );
}
