import { Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import { withShortcut } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, IconButton, Menu } from '../../../ui/index.ts';
import { useNewTerminals } from './use-new-terminals.tsx';
import type { Terminals } from '../use-terminals.ts';

/**
 * Menu that opens a terminal: a new one on any reachable machine, or one that still runs there.
 */
export function NewTabMenu({
  terminals,
  look,
}: Readonly<{ terminals: Terminals; look: 'icon' | 'button' }>): ReactElement {
  const { items, ask } = useNewTerminals(terminals);
  const trigger =
    look === 'icon' ? (
      <IconButton
        data-new-terminal=""
        label={withShortcut(text('terminals.new.menu'), 'terminal.new')}
        icon={<Plus />}
        onClick={ask}
      />
    ) : (
      <Button data-new-terminal="" variant="primary" icon={<Plus />} onClick={ask}>
        {text('terminals.new.menu')}
      </Button>
    );
  return (
    <Menu label={text('terminals.new.menu')} trigger={trigger} items={items} returnFocus={terminals.returnFocus} />
  );
}
