import { Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import { buttonShortcut } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, IconButton, Menu } from '../../../ui/index.ts';
import { useNewTerminals } from './use-new-terminals.tsx';
import type { Terminals } from '../use-terminals.ts';

/**
 * Menu that opens a terminal: a new one on any reachable machine, or one that still runs there. With nothing to choose from, the button opens the
 * terminal at once.
 */
export function NewTabMenu({
  terminals,
  look,
}: Readonly<{ terminals: Terminals; look: 'icon' | 'button' }>): ReactElement {
  const { only, items, ask } = useNewTerminals(terminals);
  const press = only?.onSelect ?? ask;
  const trigger =
    look === 'icon' ? (
      <IconButton
        data-new-terminal=""
        {...buttonShortcut('terminal.new')}
        label={text('terminals.new.menu')}
        icon={<Plus />}
        onClick={press}
      />
    ) : (
      <Button data-new-terminal="" variant="primary" icon={<Plus />} onClick={press}>
        {text('terminals.new.menu')}
      </Button>
    );
  return only !== undefined ? (
    trigger
  ) : (
    <Menu label={text('terminals.new.menu')} trigger={trigger} items={items} returnFocus={terminals.returnFocus} />
  );
}
