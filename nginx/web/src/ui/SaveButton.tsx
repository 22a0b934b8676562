/* Save to the last board by one press; the arrow chooses another. */
import chevron from 'icon:chevron-down';
import { picking } from '../core/layers';
import { isOn, isSaved, lastBoard, putOn } from '../core/saves';
import { needLogin } from '../core/session';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import { Icon } from './Icon';
import { tell, tellError } from './Toast';

async function save(pin: Pin): Promise<void> {
	const board = await lastBoard();
	if (!board) {
		picking.value = pin;
		return;
	}
	const on = !isOn(pin, board);
	if (!await putOn(pin, board, on))
		return;
	tell(t(on ? 'saved.to' : 'saved.off', { board: board.title }),
		{ label: t('saved.change'), run: () => { picking.value = pin; } });
}

export function SaveButton({ pin }: { pin: Pin }) {
	const saved = isSaved(pin);
	return <span class={`save${saved ? ' done' : ''}`}>
		<button type="button" class="save-main" aria-pressed={saved}
			onClick={() => needLogin(() => { save(pin).catch(tellError); })}>
			{t(saved ? 'saved' : 'save')}</button>
		<button type="button" class="save-which" aria-haspopup="dialog"
			aria-label={t('save.choose')} title={t('save.choose')}
			onClick={() => needLogin(() => { picking.value = pin; })}>
			<Icon of={chevron} size={16} /></button>
	</span>;
}
