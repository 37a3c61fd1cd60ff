import { ChevronRight } from 'lucide-react';
import { useId, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button } from '../../../ui/index.ts';
import { GOAL_ICONS } from '../form/kind-icons.ts';
import { GOALS, type Goal } from '../form/goals.ts';
import styles from './goal-cards.module.css';

/** `onGoal` opens the form of a goal, `onByHand` the choice of all kinds. */
export type GoalCardsProps = Readonly<{ onGoal(goal: Goal): void; onByHand(): void }>;

/** Lead of the page Forwards: goals in the person's words, and below them the way to every kind of forward. */
export function GoalCards({ onGoal, onByHand }: GoalCardsProps): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {text('forwards.goals')}
      </h2>
      <ul className={styles['goals']} aria-labelledby={id}>
        {GOALS.map((goal) => {
          const Icon = GOAL_ICONS[goal];
          return (
            <li key={goal}>
              <button type="button" className={styles['goal']} data-goal={goal} onClick={() => onGoal(goal)}>
                <Icon aria-hidden="true" />
                <span className={styles['name']}>{text(`forwards.goal.${goal}`)}</span>
                <span className={styles['text']}>{text(`forwards.goal.${goal}.text`)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <div className={styles['by-hand']}>
        <span>{text('forwards.by-hand.text')}</span>
        <Button size="small" variant="quiet" onClick={onByHand}>
          <span className={styles['link']}>
            {text('forwards.by-hand')}
            <ChevronRight aria-hidden="true" />
          </span>
        </Button>
      </div>
    </section>
  );
}
