/* Chooses a board to move or copy pins to. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { smaller } from '../core/images';
import { choosingBoard } from '../core/layers';
import { boardsToFill, loadMyBoards, loadSharedBoards, makeBoard }
	from '../core/session';
import type { Board } from '../core/types';
import { t } from '../core/words';
import { Dialog } from './Dialog';
import { Secret } from './Secret';
import { tellError } from './Toast';

const close = (): void => { choosingBoard.value = null; };

export default function ChooseBoard() {
	const typed = useSignal('');
	const busy = useSignal(false);
	useEffect(() => {
		loadMyBoards().then(loadSharedBoards).catch(tellError);
	}, []);
	const choice = choosingBoard.value;
	if (!choice)
		return null;
	const word = typed.value.trim();
	const boards = boardsToFill().filter((board) =>
		board.id !== choice.without && board.title.toLocaleLowerCase()
			.includes(word.toLocaleLowerCase()));
	const run = (found: Promise<Board>) => {
		if (busy.value)
			return;
		busy.value = true;
		found.then(choice.run).then(close, tellError)
			.finally(() => { busy.value = false; });
	};
	return <Dialog title={choice.title} onClose={close}>
		<input class="input" type="text" autofocus value={typed.value}
			maxLength={100} placeholder={t('picker.find')}
			aria-label={t('picker.find')}
			onInput={(e) => { typed.value = e.currentTarget.value; }} />
		<ul class="picker">{boards.map((board) => <li key={board.id}>
			<Row board={board} run={() => run(Promise.resolve(board))} />
		</li>)}</ul>
		{word && !boards.some((board) => board.title === word) &&
			<button type="button" class="picker-row"
				onClick={() => run(makeBoard(word))}>
				{t('picker.make', { board: word })}</button>}
	</Dialog>;
}

function Row({ board, run }: { board: Board; run: () => void }) {
	const cover = board.cover ?? board.pin[0]?.image;
	return <button type="button" class="picker-row" onClick={run}>
		<span class="picker-cover">{cover && <img alt="" loading="lazy"
			src={smaller(cover, 236)} />}</span>
		<span class="picker-name"><span>{board.title}
			{board.secret && <Secret />}</span>
			<small>{t('pins.count', { n: board.pin_count })}</small></span>
	</button>;
}
