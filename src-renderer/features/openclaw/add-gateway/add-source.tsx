import type { ReactElement } from 'react';
import type { FoundGateway, GatewayDraft } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, FormDialog } from '../../../ui/index.ts';
import styles from '../gateways/gateway-form.module.css';
import { NetworkSearch } from './network-search.tsx';
import { PasteField } from './paste-field.tsx';

type AddSourceProps = Readonly<{
  /** Text in the field. */
  pasted: string;
  onPaste(text: string): void;
  /** Receives what the agent has read from the text: address, role and the presence of a credential. */
  onRead(draft: GatewayDraft): void;
  /** Receives a gateway that was found in the local network. */
  onFound(found: FoundGateway): void;
  /** Opens the empty form. */
  onByHand(): void;
  onClose(): void;
}>;

/** First step of adding a gateway: the person pastes a text or file, picks a gateway found in the local network, or chooses to type the address. */
export function AddSource({ pasted, onPaste, onRead, onFound, onByHand, onClose }: AddSourceProps): ReactElement {
  const read = useCall('gateways.read');
  const readText = async (): Promise<void> => {
    if (read.busy || pasted.trim() === '') return;
    const answer = await read.run({ text: pasted });
    if (answer !== undefined) onRead(answer);
  };
  return (
    <FormDialog
      onClose={onClose}
      title={text('gateways.add.title')}
      apply={text('gateways.add.continue')}
      busy={read.busy}
      disabled={pasted.trim() === '' && !read.busy}
      back={
        <Button className={styles['back']} onClick={onByHand}>
          {text('gateways.add.by-hand')}
        </Button>
      }
      onApply={() => void readText()}
    >
      <PasteField
        value={pasted}
        onChange={(value) => {
          onPaste(value);
          read.reset();
        }}
        onSubmit={() => void readText()}
      />
      {read.error !== undefined && <ErrorNotice error={read.error} onDismiss={read.reset} />}
      <NetworkSearch onChoose={onFound} />
    </FormDialog>
  );
}
