import { Autocomplete } from '@base-ui/react/autocomplete';
import { Search } from 'lucide-react';
import { isValidElement, useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { text } from '../../locale/index.ts';
import { shownKeys } from '../../keys/index.ts';
import { applySavedCommands, openPalette, rememberCommand, useApi, useApp } from '../../store/index.ts';
import { KeyCaps, Modal, ModalTitle } from '../../ui/index.ts';
import { findCommands, paletteGroups, type PaletteCommand, type PaletteGroup } from './commands.ts';
import styles from './palette.module.css';

/**
 * Command palette: a dialog with a search field and the matching commands in groups. Arrow keys choose, Enter runs the command, Escape closes. The
 * commands act through the window's store and the agent.
 */
export function CommandList({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const api = useApi();
  const facts = useApp(
    useShallow(
      ({
        peers,
        forwards,
        gateways,
        remotes,
        status,
        settings,
        place,
        pageCommands,
        recentCommands,
        openTerminals,
        labels,
        conversations,
        savedCommands,
        facts: here,
      }) => ({
        peers,
        forwards,
        gateways,
        remotes,
        status,
        settings,
        place,
        pageCommands,
        recentCommands,
        openTerminals,
        labels,
        conversations,
        savedCommands,
        facts: here,
      }),
    ),
  );
  useEffect(() => {
    // No event reports a command that was saved elsewhere.
    api.call('savedCommands.list', {}).then(applySavedCommands, () => undefined);
  }, [api]);
  const [firstPeers] = useState<ReadonlySet<string>>(
    () => new Set(facts.peers.filter(({ online }) => online).map(({ peerId }) => peerId)),
  );
  const [query, setQuery] = useState('');
  const [highlighted, setHighlighted] = useState<PaletteCommand>();
  const groups = useMemo(() => paletteGroups({ ...facts, firstPeers }, api), [facts, firstPeers, api]);
  const found = useMemo(() => findCommands(groups, query), [groups, query]);
  const count = found.reduce((sum, { items }) => sum + items.length, 0);
  const more = highlighted?.machine === query ? undefined : highlighted?.machine;
  const choose = (command: PaletteCommand): void => {
    // Closed first, so that the command's own dialog gets the focus.
    onClose();
    if (command.isPassing !== true) rememberCommand(command.id);
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
        onItemHighlighted={(item: PaletteCommand | undefined) => setHighlighted(item)}
        itemToStringValue={({ label }: PaletteCommand) => label}
      >
        <div className={styles['search']}>
          <Search aria-hidden="true" />
          <Autocomplete.Input
            className={styles['input']}
            aria-label={text('palette.title')}
            placeholder={text('palette.placeholder')}
            onKeyDown={(event) => {
              if (event.key === 'Tab' && !event.shiftKey && more !== undefined) {
                event.preventDefault();
                setQuery(more);
              }
              if (event.key === '?' && query === '') {
                event.preventDefault();
                openPalette('keys');
              }
            }}
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
                    <Icon of={command.icon} />
                    <span className={styles['words']}>
                      <span className={styles['name']}>{emphasize(command.label, query)}</span>
                      {command.note !== undefined && <span className={styles['note']}>{command.note}</span>}
                    </span>
                    {command.keys !== undefined && <KeyCaps keys={shownKeys(command.keys)} />}
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
        <p className={styles['hints']}>
          <Hint keys={text('ui.key.enter')} meaning={text('palette.hint.open')} />
          {more !== undefined && <Hint keys="Tab" meaning={text('palette.hint.more', { name: more })} />}
          <span className={styles['space']} />
          <Hint keys=">" meaning={text('palette.hint.commands')} />
          <Hint keys="?" meaning={text('palette.hint.keys')} />
        </p>
      </Autocomplete.Root>
    </Modal>
  );
}

/** Icon of a command: a component, or the element that a menu shows as well. */
function Icon({ of: Given }: Readonly<{ of: PaletteCommand['icon'] }>): ReactElement {
  return (
    <span className={styles['icon']} aria-hidden="true">
      {isValidElement(Given) ? Given : <Given />}
    </span>
  );
}

function Hint({ keys, meaning }: Readonly<{ keys: string; meaning: string }>): ReactElement {
  return (
    <span className={styles['hint']}>
      <KeyCaps keys={keys} />
      {meaning}
    </span>
  );
}

/** Emphasizes the part of a label that equals the query; fuzzy matches have none. */
function emphasize(label: string, query: string): ReactNode {
  const wanted = query.replace(/^>/, '').trim().toLowerCase();
  const start = wanted === '' ? -1 : label.toLowerCase().indexOf(wanted);
  if (start === -1) return label;
  const end = start + wanted.length;
  return (
    <>
      {label.slice(0, start)}
      <b>{label.slice(start, end)}</b>
      {label.slice(end)}
    </>
  );
}
