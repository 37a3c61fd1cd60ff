import { BotMessageSquare, Plus, Waypoints } from 'lucide-react';
import { useCallback, useRef, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { OPENCLAW_TABS, showOpenClaw, useApp, type OpenClawTab } from '../../store/index.ts';
import { Button, Menu, PageHeader, Tabs, useFocusFallback } from '../../ui/index.ts';
import { AddDialog } from './add-gateway/add-dialog.tsx';
import { Administration } from './administration/administration.tsx';
import { GatewaysTab } from './gateways/gateways-tab.tsx';
import { NodeSection } from './node/node-section.tsx';
import styles from './openclaw-page.module.css';
import { promptPageState, type PromptPageState } from './prompts/prompt-page-state.ts';
import { PromptsTab } from './prompts/prompts-tab.tsx';
import { recipientKey } from './prompts/recipient.ts';
import { SaveDialog } from './prompts/save-dialog.tsx';
import { WorkflowsTab } from './workflows/workflows-tab.tsx';

export type OpenClawPageProps = Readonly<{
  /** State of the tab Prompts; stories pass their own. */
  prompts?: PromptPageState;
}>;

/**
 * The section OpenClaw with four tabs: prompts to gateways and to the OpenClaw of paired machines, this device's gateways, this machine as their
 * node, and workflows that peers may start here. `Administration` takes its place while the person administers one gateway.
 */
export function OpenClawPage({ prompts = promptPageState }: OpenClawPageProps): ReactElement {
  const tab = useApp((state) => state.openClawTab);
  const gateways = useApp((state) => state.gateways);
  const [administratedId, setAdministratedId] = useState<string>();
  const [adding, setAdding] = useState<'gateway' | 'machine'>();
  const page = useRef<HTMLDivElement>(null);
  const addGateway = useCallback(() => setAdding('gateway'), []);
  const addMachine = useCallback(() => setAdding('machine'), []);
  const close = useCallback(() => setAdding(undefined), []);
  useFocusFallback(page, adding !== undefined);

  const administrated = gateways.find(({ id }) => id === administratedId);
  if (administrated !== undefined)
    return <Administration gateway={administrated} onBack={() => setAdministratedId(undefined)} />;
  return (
    <div ref={page} className={styles['page']} tabIndex={-1}>
      <PageHeader
        title={text('openclaw.title')}
        description={text('openclaw.description')}
        actions={<AddMenu onGateway={addGateway} onMachine={addMachine} />}
      />
      <Tabs
        label={text('openclaw.title')}
        value={tab}
        items={OPENCLAW_TABS.map((value) => ({ value, label: text(`openclaw.tab.${value}`) }))}
        onChange={showOpenClaw}
      >
        {contentOf(tab)}
      </Tabs>
      {adding === 'gateway' && <AddDialog onClose={close} />}
      {adding === 'machine' && (
        <SaveDialog
          onSaved={(remote) => {
            prompts.select(recipientKey({ kind: 'remote', remote }));
            showOpenClaw('prompts');
          }}
          onClose={close}
        />
      )}
    </div>
  );

  function contentOf(shown: OpenClawTab): ReactElement {
    switch (shown) {
      case 'prompts':
        return <PromptsTab state={prompts} onAddGateway={addGateway} onAddMachine={addMachine} />;
      case 'gateways':
        return <GatewaysTab onAdd={addGateway} onAdministrate={({ id }) => setAdministratedId(id)} />;
      case 'node':
        return <NodeSection />;
      case 'workflows':
        return <WorkflowsTab />;
    }
  }
}

function AddMenu({ onGateway, onMachine }: Readonly<{ onGateway(): void; onMachine(): void }>): ReactElement {
  return (
    <Menu
      label={text('openclaw.add')}
      trigger={<Button icon={<Plus aria-hidden="true" />}>{text('openclaw.add')}</Button>}
      items={[
        { label: text('openclaw.add.gateway'), icon: <Waypoints />, onSelect: onGateway },
        { label: text('openclaw.add.machine'), icon: <BotMessageSquare />, onSelect: onMachine },
      ]}
    />
  );
}
