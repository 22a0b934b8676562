/* Make pins: of files, dropped, pasted or chosen, or of an address. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import imagePlus from 'icon:image-plus';
import { forgetLooks } from '../core/looks';
import { boardsToFill, loadMyBoards, loadSharedBoards, makeBoard, me }
	from '../core/session';
import { lastBoard } from '../core/saves';
import { useTitle } from '../core/title';
import { addFiles, addUrl, dropDone, isReady, pageShown, publish, retryAll,
	uploads } from '../core/uploads';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { LoginFirst } from '../ui/LoginFirst';
import { PageImages } from '../ui/PageImages';
import { tellError } from '../ui/Toast';
import { UploadRow } from '../ui/UploadRow';

export default function Create() {
	useTitle(t('create'));
	return <div class="create">
		<h1 class="page-title">{t('create.title')}</h1>
		{me.value ? <Work /> : <LoginFirst />}
	</div>;
}

function Work() {
	const board = useSignal(0);
	useEffect(() => {
		lastBoard().then((one) => { board.value = one?.id ?? 0; }, tellError);
		return () => {
			dropDone();
			forgetFeeds();
			forgetLooks();
		};
	}, []);
	useEffect(listenToPaste, []);
	const list = uploads.value;
	const drafts = list.filter((one) => one.state === 'draft');
	const ready = drafts.filter(isReady);
	const failed = list.filter((one) => one.state === 'failed' && !one.refused);
	const to = boardsToFill().find((one) => one.id === board.value) ?? null;
	return <>
		<DropZone />
		<AddressForm />
		{pageShown.value && <PageImages key={pageShown.value.url}
			page={pageShown.value} />}
		{list.length > 0 && <ul class="uploads">
			{list.map((one) => <UploadRow key={one.id} upload={one} />)}
		</ul>}
		{drafts.length > 0 && !pageShown.value && <div class="publish">
			<BoardChoice value={board.value}
				choose={(id) => { board.value = id; }} />
			<Button kind="primary" disabled={ready.length === 0}
				onClick={() => publish(to)}>
				{t('create.publish', { n: Math.max(1, ready.length) })}</Button>
		</div>}
		{failed.length > 1 && <Button onClick={retryAll}>
			{t('retry.all')}</Button>}
	</>;
}

function DropZone() {
	const over = useSignal(false);
	const input = useRef<HTMLInputElement>(null);
	useEffect(() => listenToDrop((is) => { over.value = is; }), []);
	return <label class="drop" data-over={over.value || undefined}>
		<Icon of={imagePlus} size={40} />
		<b>{t('create.drop')}</b>
		<span class="soft">{t('create.kinds')}</span>
		<input ref={input} class="hidden" type="file" multiple name="files"
			accept="image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic"
			onChange={(e) => {
				void addFiles([...(e.currentTarget.files ?? [])]);
				e.currentTarget.value = '';
			}} />
	</label>;
}

/* Files may be dropped anywhere on the page. */
function listenToDrop(show: (over: boolean) => void): () => void {
	const over = (e: DragEvent) => {
		e.preventDefault();
		show(true);
	};
	const out = (e: DragEvent) => { e.relatedTarget ?? show(false); };
	const drop = (e: DragEvent) => {
		e.preventDefault();
		show(false);
		const text = e.dataTransfer?.getData('text/uri-list') ?? '';
		if (e.dataTransfer?.files.length)
			void addFiles([...e.dataTransfer.files]);
		else if (/^https?:/.test(text))
			addUrl(text);
	};
	addEventListener('dragover', over);
	addEventListener('dragleave', out);
	addEventListener('drop', drop);
	return () => {
		removeEventListener('dragover', over);
		removeEventListener('dragleave', out);
		removeEventListener('drop', drop);
	};
}

function listenToPaste(): () => void {
	const paste = (e: ClipboardEvent) => {
		const files = [...(e.clipboardData?.files ?? [])];
		const text = e.clipboardData?.getData('text/plain').trim() ?? '';
		if (files.length)
			void addFiles(files);
		else if (/^https?:\/\/\S+$/.test(text) &&
			!(e.target instanceof HTMLInputElement))
			addUrl(text);
		else
			return;
		e.preventDefault();
	};
	addEventListener('paste', paste);
	return () => removeEventListener('paste', paste);
}

function AddressForm() {
	const url = useSignal('');
	const add = (e: Event) => {
		e.preventDefault();
		if (/^https?:\/\/\S+$/.test(url.value.trim())) {
			addUrl(url.value.trim());
			url.value = '';
		}
	};
	return <form class="address" onSubmit={add}>
		<input class="input" type="url" name="address" value={url.value}
			placeholder={t('create.url')} aria-label={t('create.url')}
			onInput={(e) => { url.value = e.currentTarget.value; }} />
		<Button type="submit">{t('create.add')}</Button>
	</form>;
}

interface ChoiceProps {
	value: number;
	choose: (id: number) => void;
}

function BoardChoice({ value, choose }: ChoiceProps) {
	const naming = useSignal(false);
	const name = useSignal('');
	useEffect(() => {
		loadMyBoards().then(loadSharedBoards).catch(tellError);
	}, []);
	const busy = useSignal(false);
	const make = () => {
		busy.value = true;
		makeBoard(name.value.trim()).then((board) => {
			choose(board.id);
			naming.value = false;
		}, tellError).finally(() => { busy.value = false; });
	};
	if (naming.value)
		return <div class="address">
			<input class="input" autofocus maxLength={100} value={name.value}
				placeholder={t('board.title')} aria-label={t('board.title')}
				onInput={(e) => { name.value = e.currentTarget.value; }} />
			<Button onClick={make} busy={busy.value}
				disabled={name.value.trim() === ''}>
				{t('board.make')}</Button>
		</div>;
	return <div class="field"><label for="board">{t('board')}</label>
		<select id="board" value={value} onChange={(e) => {
			const id = Number(e.currentTarget.value);
			if (id < 0)
				naming.value = true;
			else
				choose(id);
		}}>
			{boardsToFill().map((one) =>
				<option key={one.id} value={one.id}>{one.secret
					? `${one.title} · ${t('board.secret')}` : one.title}
				</option>)}
			<option value={-1}>{t('board.new')}…</option>
			<option value={0}>{t('board.no')}</option>
		</select></div>;
}
