import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { BODY_BYTES, AGENT_NAME } from '#shared/messages/index.ts';
import { compareNames, shortcutText, text } from '../../../locale/index.ts';
import { openPairing, showMessages, useApp, useCall } from '../../../store/index.ts';
import { Button, Field, KeyCaps, Select, SuggestInput, TextArea, showHidden } from '../../../ui/index.ts';
import { useDraft } from '../drafts.ts';
import { PaneHead } from '../frame/pane-head.tsx';
import frame from '../frame/frame.module.css';
import { useMachineNames } from '../use-machine-names.ts';
import { SendingError } from '../sending-error.tsx';
import { useAgentsThere } from './use-agents-there.ts';

/** Key of the draft, which is none of a conversation. */
const DRAFT = 'new';

/**
 * Form for the first message to an agent: from whom, to which machine and agent, and the text, which stays while another page is shown. The machine
 * is asked for its agents; one that doesn't answer still gets the message by the name that the person types.
 */
export function NewMessagePane({ peerId }: Readonly<{ peerId: string | undefined }>): ReactElement {
  const agents = useApp((state) => state.agents);
  const peers = useApp((state) => state.peers);
  const device = useApp((state) => state.status?.device);
  const instances = useApp((state) => state.instances).filter(({ isOnline }) => isOnline);
  const machineOf = useMachineNames();
  const machines = peers
    .filter(({ browser }) => browser === undefined)
    .toSorted((one, other) => Number(other.online) - Number(one.online) || compareNames(one.name, other.name));
  const [from, setFrom] = useState('me');
  const [chosen, setChosen] = useState(peerId);
  const to = chosen ?? machines[0]?.peerId ?? device?.peerId;
  const [typed, setTyped] = useState<string>();
  const isHere = to === device?.peerId;
  const there = useAgentsThere(to);
  const others = there.agents.filter(({ name }) => !isHere || name !== from);
  const isProgram = instances.some((instance) => instance.peerId === to);
  const agent = typed ?? (isHere || isProgram ? (others[0]?.name ?? '') : 'me');
  const [draft, setDraft] = useDraft(DRAFT);
  const [isAsked, setAsked] = useState(false);
  const sending = useCall('messages.send', { outlives: true });
  const key = useRef<string>(undefined);
  const machine = to === undefined ? '' : machineOf(to);
  const isSelf = isHere && agent === from;
  const problem = !isAsked
    ? undefined
    : isSelf
      ? text('messages.new.agent.self')
      : AGENT_NAME.test(agent)
        ? undefined
        : text('messages.new.agent.problem');
  const isTooLong = isAsked && new TextEncoder().encode(draft.body).length > BODY_BYTES;
  const send = (relayCanRead = false): void => {
    setAsked(true);
    if (to === undefined || sending.busy || draft.body.trim() === '' || isSelf || !AGENT_NAME.test(agent)) return;
    if (new TextEncoder().encode(draft.body).length > BODY_BYTES) return;
    key.current ??= crypto.randomUUID();
    const yes = relayCanRead ? { relayCanRead: true as const } : {};
    void sending.run({ from, peer: to, agent, body: draft.body, key: key.current, ...yes }).then((sent) => {
      if (sent === undefined) return;
      setDraft(undefined);
      showMessages({ kind: 'conversation', agent: from, peerId: sent.peerId, other: agent });
    });
  };
  // Another message is no further attempt at this one.
  const changed = (): void => {
    key.current = undefined;
    sending.reset();
  };
  return (
    <>
      <PaneHead title={text('messages.new')} about={text('messages.new.text')} />
      <div className={frame['content']}>
        <form
          className={frame['inner']}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          {agents.length > 1 && (
            <Select
              label={text('messages.new.from')}
              value={from}
              options={agents.map(({ name, builtIn }) => ({
                value: name,
                label: builtIn ? text('messages.new.me') : name,
              }))}
              onChange={(name) => {
                changed();
                setFrom(name);
              }}
            />
          )}
          <Select
            label={text('messages.new.machine')}
            value={to ?? ''}
            options={[
              ...machines.map(({ peerId: value, name, online }) => ({
                value: value,
                label: online ? showHidden(name) : text('messages.new.machine.offline', { name: showHidden(name) }),
              })),
              ...instances.map(({ peerId: value, address }) => ({
                value,
                label: text('messages.new.machine.program', { name: address }),
              })),
              ...(device === undefined
                ? []
                : [{ value: device.peerId, label: text('messages.new.machine.here', { name: device.name }) }]),
            ]}
            onChange={(value) => {
              changed();
              setChosen(value);
              setTyped(undefined);
            }}
          />
          <Field
            label={text('messages.new.agent')}
            hint={
              there.state === 'asking'
                ? text('messages.new.agent.asking', { machine })
                : there.state === 'unknown'
                  ? text('messages.new.agent.unknown', { machine })
                  : text('messages.new.agent.hint')
            }
            error={problem}
          >
            <SuggestInput
              value={agent}
              maxLength={64}
              suggestionsLabel={text('messages.new.agent.list')}
              suggestions={others.map(({ name, description }) => ({ value: name, detail: showHidden(description) }))}
              onChange={(name) => {
                changed();
                setTyped(name);
              }}
            />
          </Field>
          <Field label={text('messages.new.body')} error={isTooLong ? text('messages.field.long') : undefined}>
            <TextArea
              rows={6}
              dir="auto"
              value={draft.body}
              onChange={(body) => {
                changed();
                setDraft({ body });
              }}
              onKeyDown={(event: KeyboardEvent) => {
                if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
                event.preventDefault();
                send();
              }}
            />
          </Field>
          {sending.error !== undefined && (
            <SendingError error={sending.error} onDismiss={sending.reset} onSend={() => send(true)} />
          )}
          <div className={frame['buttons']}>
            <Button variant="primary" type="submit" busy={sending.busy} disabled={draft.body.trim() === ''}>
              {text('messages.send')}
            </Button>
            <KeyCaps keys={shortcutText('Enter')} hidden />
            {machines.length === 0 && (
              <Button variant="quiet" onClick={() => openPairing('choose')}>
                {text('peers.pair')}
              </Button>
            )}
          </div>
        </form>
      </div>
    </>
  );
}
