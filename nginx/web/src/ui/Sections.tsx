/* The sections of a board: links to its parts, where pins can be dropped. */
import { useSignal } from '@preact/signals';
import dots from 'icon:ellipsis';
import plus from 'icon:plus';
import { api } from '../core/api';
import { boardChanged, carrying, doMany, mayEdit } from '../core/boards';
import { asking, askingLine } from '../core/layers';
import { go } from '../core/router';
import type { Board, Section } from '../core/types';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { IconButton } from './Button';
import { openMenu } from './Menu';
import { tell, tellError } from './Toast';

interface Props {
	board: Board;
	/* The one on show; 0: all of the board. */
	now: number;
}

function changed(): void {
	forgetFeeds();
	boardChanged();
}

function askTitle(board: Board, section?: Section): void {
	const path = `boards/${board.id}/sections`;
	askingLine.value = {
		title: t(section ? 'section.rename' : 'section.new'),
		label: t('section.title'), value: section?.title ?? '',
		button: t(section ? 'save.changes' : 'section.make'),
		run: async (title) => {
			await (section
				? api('PATCH', `${path}/${section.id}`, { body: { title } })
				: api('POST', path, { body: { title } }));
			changed();
		},
	};
}

function askRemove(board: Board, section: Section): void {
	asking.value = {
		title: t('section.delete'),
		text: t('section.delete.text', { section: section.title }),
		button: t('delete'),
		run: async () => {
			await api('DELETE', `boards/${board.id}/sections/${section.id}`);
			changed();
			go(`/board/${board.id}`, true);
		},
	};
}

export function Sections({ board, now }: Props) {
	const sections = board.sections ?? [];
	const chosen = sections.find((one) => one.id === now);
	if (sections.length === 0 && !mayEdit(board))
		return null;
	return <nav class="sections" aria-label={t('sections')}>
		{sections.length > 0 && <Chip board={board} now={now} section={0}
			text={t('sections.all')} />}
		{sections.map((one) => <Chip key={one.id} board={board} now={now}
			section={one.id} text={`${one.title} ${one.pin_count}`} />)}
		{mayEdit(board) && <>
			{chosen && <IconButton icon={dots} aria-haspopup="menu"
				label={t('section.more', { section: chosen.title })}
				onClick={(e) => openMenu(e.currentTarget, [
					{ label: t('section.rename'),
						run: () => askTitle(board, chosen) },
					{ label: t('section.delete'), danger: true,
						run: () => askRemove(board, chosen) },
				])} />}
			<IconButton icon={plus} label={t('section.new')}
				onClick={() => askTitle(board)} />
		</>}
	</nav>;
}

function Chip({ board, now, section, text }:
	Props & { section: number; text: string }) {
	const over = useSignal(false);
	const takes = () => carrying.value !== null && mayEdit(board);
	const drop = async (ids: number[]) => {
		const n = await doMany(board.id, { ids, action: 'move',
			...section ? { section } : {} });
		tell(t('moved', { n, board: text }));
		changed();
	};
	return <a class="chip"
		data-over={over.value || undefined}
		aria-current={now === section ? 'page' : undefined}
		href={`/board/${board.id}${section ? `?section=${section}` : ''}`}
		onDragOver={(e) => {
			if (takes()) {
				e.preventDefault();
				over.value = true;
			}
		}}
		onDragLeave={() => { over.value = false; }}
		onDrop={(e) => {
			over.value = false;
			if (!takes())
				return;
			e.preventDefault();
			drop(carrying.value ?? []).catch(tellError);
			carrying.value = null;
		}}>{text}</a>;
}
