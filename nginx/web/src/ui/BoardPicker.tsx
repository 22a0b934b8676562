/* Chooses the boards of a pin: those it is on are ticked; a new one is made
 * from what was typed. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import check from 'icon:check';
import plus from 'icon:plus';
import { smaller } from '../core/images';
import { picking } from '../core/layers';
import { isOn, loadPlaces, putOn, recentBoards } from '../core/saves';
import { boardsToFill, loadMyBoards, loadSharedBoards, makeBoard }
	from '../core/session';
import type { Board, Pin } from '../core/types';
import { t } from '../core/words';
import { Dialog } from './Dialog';
import { Icon } from './Icon';
import { Secret } from './Secret';
import { tellError } from './Toast';

/* More boards than one finds at a glance. */
const many = 6;

export default function BoardPicker() {
	const typed = useSignal('');
	const making = useSignal(false);
	const pin = picking.value;
	useEffect(() => {
		loadMyBoards().then(loadSharedBoards).catch(tellError);
		if (pin)
			loadPlaces(pin).catch(tellError);
	}, []);
	/* In the order of the opening, so that no row moves under the pointer. */
	const recent = useMemo(() => recentBoards().map((one) => one.id), []);
	if (!pin)
		return null;
	const word = typed.value.trim();
	const boards = boardsToFill().filter((board) => board.title
		.toLocaleLowerCase().includes(word.toLocaleLowerCase()));
	const make = async () => {
		if (making.value)
			return;
		making.value = true;
		const board = await makeBoard(word)
			.finally(() => { making.value = false; });
		typed.value = '';
		await putOn(pin, board, true);
	};
	const short = !word && boards.length > many && recent.flatMap((id) =>
		boards.filter((board) => board.id === id));
	const exact = boards.some((board) => board.title === word);
	return <Dialog title={t('save.to')}
		onClose={() => { picking.value = null; }}>
		<input class="input" type="text" autofocus value={typed.value} maxLength={100}
			placeholder={t('picker.find')} aria-label={t('picker.find')}
			onInput={(e) => { typed.value = e.currentTarget.value; }} />
		<div class="picker">
			{short && <>
				<h3>{t('picker.recent')}</h3>
				<Rows pin={pin} boards={short} />
				<h3>{t('picker.all')}</h3>
			</>}
			<Rows pin={pin} boards={boards} />
		</div>
		{word && !exact
			? <button type="button" class="picker-row"
				onClick={() => { make().catch(tellError); }}>
				<span class="picker-cover"><Icon of={plus} /></span>
				<span>{t('picker.make', { board: word })}</span></button>
			: !boards.length && <p class="soft">{t('picker.none')}</p>}
	</Dialog>;
}

function Rows({ pin, boards }: { pin: Pin; boards: Board[] }) {
	return <ul>{boards.map((board) => <Row key={board.id} pin={pin}
		board={board} />)}</ul>;
}

function Row({ pin, board }: { pin: Pin; board: Board }) {
	const on = isOn(pin, board);
	const cover = board.cover ?? board.pin[0]?.image;
	return <li><button type="button" class="picker-row" aria-pressed={on}
		onClick={() => { putOn(pin, board, !on).catch(tellError); }}>
		<span class="picker-cover">
			{cover && <img src={smaller(cover, 236)} alt="" loading="lazy" />}
		</span>
		<span class="picker-name"><span>{board.title}
			{board.secret && <Secret />}</span>
			<small>{board.role && `@${board.author} · `}
				{t('pins.count', { n: board.pin_count })}</small></span>
		{on && <Icon of={check} size={20} />}
	</button></li>;
}
