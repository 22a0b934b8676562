/* A question before something that cannot be undone. */
import { useSignal } from '@preact/signals';
import { asking } from '../core/layers';
import { t } from '../core/words';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { tellError } from './Toast';

export default function AskDialog() {
	const busy = useSignal(false);
	const question = asking.value;
	if (!question)
		return null;
	const close = () => { asking.value = null; };
	const run = () => {
		busy.value = true;
		question.run().then(close, tellError)
			.finally(() => { busy.value = false; });
	};
	return <Dialog title={question.title} onClose={close}>
		<p class="dialog-text">{question.text}</p>
		<div class="buttons">
			<Button kind="quiet" onClick={close}>{t('cancel')}</Button>
			<Button kind="danger" busy={busy.value} onClick={run}>
				{question.button}</Button>
		</div>
	</Dialog>;
}
