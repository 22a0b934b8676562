/* The dialogs that any page may open: one script. */
export { default as AskDialog } from '../ui/AskDialog';
export { default as BoardDialog } from '../ui/BoardDialog';
export { default as ChooseBoard } from '../ui/ChooseBoard';
export { default as DeleteBoard } from '../ui/DeleteBoard';
export { default as LineDialog } from '../ui/LineDialog';
export { default as Members } from '../ui/Members';
export { default as BoardPicker } from '../ui/BoardPicker';
export { default as KeysDialog } from '../ui/KeysDialog';
export { default as LikesDialog } from '../ui/LikesDialog';
export { default as ReportDialog } from '../ui/ReportDialog';
export { default as LoginDialog } from '../ui/LoginDialog';
