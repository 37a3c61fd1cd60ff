import { Monitor, ScreenShare } from 'lucide-react';
import type { ReactElement, ReactNode, Ref } from 'react';
import { text } from '../../../locale/index.ts';
import styles from './choices.module.css';
import { useFocusOnMount } from './use-focus.ts';

export type ChoicesProps = Readonly<{
  onJoin(): void;
  onInvite(): void;
  /** Ref of the first button, for a step that focuses it. */
  joinRef?: Ref<HTMLButtonElement>;
}>;

/** Two large buttons for the two sides of a pairing: enter a code, or create one. Also used by the first run. */
export function Choices({ onJoin, onInvite, joinRef }: ChoicesProps): ReactElement {
  return (
    <div className={styles['choices']}>
      <Choice
        buttonRef={joinRef}
        icon={<Monitor />}
        title={text('pairing.choose.join')}
        description={text('pairing.choose.join.text')}
        onChoose={onJoin}
      />
      <Choice
        icon={<ScreenShare />}
        title={text('pairing.choose.invite')}
        description={text('pairing.choose.invite.text')}
        onChoose={onInvite}
      />
    </div>
  );
}

/** First step of the pairing dialog: the two choices, the first of which has the focus. */
export function ChooseStep(props: Omit<ChoicesProps, 'joinRef'>): ReactElement {
  const first = useFocusOnMount<HTMLButtonElement>();
  return <Choices {...props} joinRef={first} />;
}

type ChoiceProps = Readonly<{
  icon: ReactNode;
  title: string;
  description: string;
  onChoose(): void;
  buttonRef?: Ref<HTMLButtonElement> | undefined;
}>;

function Choice({ icon, title, description, onChoose, buttonRef }: ChoiceProps): ReactElement {
  return (
    <button ref={buttonRef} type="button" className={styles['choice']} onClick={() => onChoose()}>
      <span className={styles['icon']} aria-hidden="true">
        {icon}
      </span>
      <span className={styles['words']}>
        <span className={styles['title']}>{title}</span>
        <span className={styles['description']}>{description}</span>
      </span>
    </button>
  );
}
