import { ArrowLeft } from 'lucide-react';
import { useEffect, useId, type ReactElement, type ReactNode } from 'react';
import type { DiscoveryView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, type ChosenMachine } from '../../../store/index.ts';
import { Button, LinkDrawing, Prose, useHasModal } from '../../../ui/index.ts';
import { chosenOf, unnamedText } from '../../discovery/index.ts';
import { MachineIcon } from '../../peers/index.ts';
import type { PairingControl } from '../use-pairing-flow.ts';
import { EnterCode } from './enter-code.tsx';
import styles from './home.module.css';
import { StepHeading } from './step-heading.tsx';

export type ChosenPairingProps = Readonly<{
  control: PairingControl;
  chosen: ChosenMachine;
  /** Machines found in the network, as far as they are known. */
  view: DiscoveryView | undefined;
  /** Further button at the end. */
  children?: ReactNode;
}>;

/**
 * Pairing with one machine of the network: the drawing of both, what to press there, and the field for the code that it shows. Follows what the
 * machine announces, and marks the first step as done as soon as it shows a code. A button leads back to the other machines.
 */
export function ChosenPairing({ control, chosen, view, children }: ChosenPairingProps): ReactElement {
  const id = useId();
  const own = useApp(({ status }) => status?.device.name);
  useAnnounced(control, chosen, view);
  useBackByEscape(control);
  const { host, name, inviting } = chosen;
  return (
    <>
      <div className={styles['chosen']}>
        <LinkDrawing
          text={text('pairing.chosen.drawing', { name })}
          from={{
            name: own ?? text('discovery.this'),
            address: text('discovery.this'),
            icon: <MachineIcon />,
          }}
          to={{
            name,
            address: name === host ? unnamedText(chosen) : host,
            icon: <MachineIcon />,
          }}
          line={{ state: 'standby', label: text('pairing.chosen.line') }}
        />
      </div>
      <div className={styles['duo']}>
        <section className={styles['half']} aria-labelledby={id} data-chosen={inviting ? 'inviting' : 'silent'}>
          <StepHeading id={id} number={1} done={inviting}>
            {inviting
              ? text('pairing.chosen.shown', { name })
              : text('pairing.chosen.show', { name, button: text('pairing.show.code') })}
          </StepHeading>
          <p className={styles['sub']} role="status">
            {inviting ? (
              text('pairing.chosen.shown.where')
            ) : (
              <Prose>{text('pairing.chosen.show.where', { pair: text('peers.pair') })}</Prose>
            )}
          </p>
        </section>
        <EnterCode control={control} from={chosen} />
      </div>
      <div className={styles['others']}>
        <Button variant="quiet" size="small" icon={<ArrowLeft />} onClick={() => control.flow.back()}>
          {text('pairing.chosen.other')}
        </Button>
        {children}
      </div>
    </>
  );
}

/** Escape leads back to the other machines. In a dialog it closes the dialog, and in a menu or a dialog above the page that one. */
function useBackByEscape({ flow }: PairingControl): void {
  const hasModal = useHasModal();
  useEffect(() => {
    if (hasModal) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) flow.back();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [flow, hasModal]);
}

/** Passes what the chosen machine announces to the flow. */
function useAnnounced({ flow }: PairingControl, { address }: ChosenMachine, view: DiscoveryView | undefined): void {
  const devices = view?.devices ?? [];
  const device = devices.find((one) => one.address === address || one.others?.includes(address) === true);
  const announced = device === undefined ? '' : JSON.stringify({ ...chosenOf(device, devices), address });
  useEffect(() => {
    if (announced !== '') flow.updateChosen(JSON.parse(announced) as ChosenMachine);
  }, [flow, announced]);
}
