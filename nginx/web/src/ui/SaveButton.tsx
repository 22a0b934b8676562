/* Save to the last board by one press; its name opens the choice of another. */
import chevron from 'icon:chevron-down';
import { picking } from '../core/layers';
import { langOf } from '../core/lang';
import { isOn, isSaved, lastBoard, lastBoardNow, putOn } from '../core/saves';
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

export function savePin(pin: Pin): void {
	needLogin(() => { save(pin).catch(tellError); });
}

export function pickBoard(pin: Pin): void {
	needLogin(() => { picking.value = pin; });
}

export function SaveButton({ pin }: { pin: Pin }) {
	const saved = isSaved(pin);
	const last = lastBoardNow()?.title;
	const label = last ? `${t('save.choose')}: ${last}` : t('save.choose');
	return <span class={`save${saved ? ' done' : ''}`}>
		<button type="button" class="save-which" aria-haspopup="dialog"
			aria-label={label} title={label} onClick={() => pickBoard(pin)}>
			{last && <span lang={langOf(last)}>{last}</span>}
			<Icon of={chevron} size={16} /></button>
		<button type="button" class="save-main" aria-pressed={saved}
			onClick={() => savePin(pin)}>{t(saved ? 'saved' : 'save')}</button>
	</span>;
}
