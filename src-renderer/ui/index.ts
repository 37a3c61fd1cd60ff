export { Banner, type BannerProps } from './feedback/banner.tsx';
export { Button, IconButton, type ButtonProps, type IconButtonProps } from './controls/button.tsx';
export { Caution, type CautionProps } from './feedback/caution.tsx';
export { Chip, type ChipProps } from './feedback/chip.tsx';
export { classes } from './styles/classes.ts';
export { ConfirmDialog, type ConfirmDialogProps } from './dialogs/confirm-dialog.tsx';
export { CopyButton, type CopyButtonProps } from './controls/copy-button.tsx';
export { Countdown, RetryCountdown, type CountdownProps } from './feedback/countdown.tsx';
export { Dialog, type DialogProps } from './dialogs/dialog.tsx';
export { EmptyState, type EmptyStateProps } from './feedback/empty-state.tsx';
export { ErrorStepsContext, type ErrorSteps } from './feedback/error-step.ts';
export { ErrorNotice, type ErrorNoticeProps } from './feedback/error-notice.tsx';
export { FileButton, type FileButtonProps } from './controls/file-button.tsx';
export {
  Field,
  TextArea,
  TextInput,
  type FieldProps,
  type TextAreaProps,
  type TextInputProps,
} from './controls/field.tsx';
export { FormDialog, type FormDialogProps } from './dialogs/form-dialog.tsx';
export { ContextMenu, Menu, type MenuItem, type MenuProps } from './controls/menu.tsx';
export { Modal, ModalTitle, type ModalProps } from './dialogs/modal.tsx';
export { Ordered, RunsOf } from './ordered-text.tsx';
export { Popover, type PopoverProps } from './dialogs/popover.tsx';
export { RadioGroup, type RadioGroupProps, type RadioOption } from './controls/radio-group.tsx';
export { Select, type SelectProps } from './controls/select.tsx';
export {
  Card,
  Mono,
  PageHeader,
  PageList,
  PageLoading,
  Words,
  type PageHeaderProps,
  type PageListProps,
} from './feedback/small.tsx';
export { Sparkline, type SparklineProps } from './feedback/sparkline.tsx';
export { Spinner } from './feedback/spinner.tsx';
export { StatusDot, type StatusDotProps } from './feedback/status-dot.tsx';
export { Switch, type SwitchProps } from './controls/switch.tsx';
export { Tabs, type TabsProps } from './controls/tabs.tsx';
export type { Tone } from './styles/tone.ts';
export { Tooltip, type TooltipProps } from './feedback/tooltip.tsx';
export { useFocusKept } from './hooks/use-focus-kept.ts';
export { useLasting } from './hooks/use-lasting.ts';
export { steadyOrder, useSteadyOrder, type SteadyOrder } from './use-steady-order.ts';
export { Wait, type WaitProps } from './feedback/wait.tsx';
