/* Make a style post: pictures, in an order, and words. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import imagePlus from 'icon:image-plus';
import closeIcon from 'icon:x';
import { type ApiError, asApiError } from '../core/api';
import { remember } from '../core/load';
import { type Chosen, choose, forget, publishPost } from '../core/posting';
import { go } from '../core/router';
import { me } from '../core/session';
import { maxPictures } from '../core/styles';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Button, IconButton } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { LoginFirst } from '../ui/LoginFirst';
import { Sortable } from '../ui/Sortable';
import { StyleRatio, StyleWords } from '../ui/StyleFields';
import { tellError } from '../ui/Toast';

export default function StyleNew() {
	useTitle(t('style.new'));
	return <section class="create">
		<h1 class="page-title">{t('style.new')}</h1>
		{me.value ? <Work /> : <LoginFirst />}
	</section>;
}

function Work() {
	const pictures = useSignal<Chosen[]>([]);
	const content = useSignal('');
	const ratio = useSignal(0.8);
	const progress = useSignal<number | null>(null);
	const error = useSignal<ApiError | null>(null);
	const done = useRef(false);
	useEffect(() => () => pictures.value.forEach(forget), []);
	useEffect(() => {
		const ask = (e: BeforeUnloadEvent) => {
			if (!done.current && (pictures.value.length || content.value))
				e.preventDefault();
		};
		addEventListener('beforeunload', ask);
		return () => removeEventListener('beforeunload', ask);
	}, []);
	const add = async (files: File[]) => {
		const found = await choose(files, pictures.value.length, tellError);
		pictures.value = [...pictures.value, ...found];
	};
	const send = async () => {
		progress.value = 0;
		error.value = null;
		try {
			const post = await publishPost({ content: content.value.trim(),
				ratio: ratio.value, pictures: pictures.value },
			(share) => { progress.value = share; });
			done.current = true;
			remember(`styles/posts/${post.id}`, post);
			forgetFeeds();
			go(`/style/${post.id}`, true);
		} catch (e) {
			error.value = asApiError(e);
			progress.value = null;
		}
	};
	const ready = pictures.value.length > 0 && content.value.trim() !== '';
	return <>
		<Choose full={pictures.value.length === maxPictures} add={add} />
		{pictures.value.length > 0 && <Pictures list={pictures.value}
			ratio={ratio.value} change={(list) => { pictures.value = list; }} />}
		<StyleRatio value={ratio.value}
			change={(value) => { ratio.value = value; }} />
		<StyleWords value={content.value}
			errors={error.value?.fields['content']}
			change={(text) => { content.value = text; }} />
		{error.value && <p class="form-error" role="alert">
			{error.value.message}</p>}
		{progress.value !== null && <progress max={100}
			value={Math.round(progress.value * 100)}
			aria-label={t('upload.sending')} />}
		<div class="publish"><Button kind="primary" onClick={send}
			busy={progress.value !== null} disabled={!ready}>
			{t('style.publish')}</Button></div>
	</>;
}

interface ChooseProps {
	full: boolean;
	add: (files: File[]) => Promise<void>;
}

function Choose({ full, add }: ChooseProps) {
	const over = useSignal(false);
	useEffect(() => {
		const paste = (e: ClipboardEvent) => {
			const files = [...e.clipboardData?.files ?? []];
			if (files.length) {
				e.preventDefault();
				void add(files);
			}
		};
		addEventListener('paste', paste);
		return () => removeEventListener('paste', paste);
	}, [add]);
	return <label class="drop" data-over={over.value || undefined}
		onDragOver={(e) => { e.preventDefault(); over.value = true; }}
		onDragLeave={() => { over.value = false; }}
		onDrop={(e) => {
			e.preventDefault();
			over.value = false;
			void add([...e.dataTransfer?.files ?? []]);
		}}>
		<Icon of={imagePlus} size={40} />
		<b>{t(full ? 'style.full' : 'create.drop', { n: maxPictures })}</b>
		<span class="soft">{t('create.kinds')}</span>
		<input class="hidden" type="file" multiple name="image" disabled={full}
			accept="image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic"
			onChange={(e) => {
				void add([...e.currentTarget.files ?? []]);
				e.currentTarget.value = '';
			}} />
	</label>;
}

interface PicturesProps {
	list: Chosen[];
	ratio: number;
	change: (list: Chosen[]) => void;
}

function Pictures({ list, ratio, change }: PicturesProps) {
	const move = async (id: number, before: number | null) => {
		const one = list.find((picture) => picture.id === id);
		const rest = list.filter((picture) => picture.id !== id);
		const at = rest.findIndex((picture) => picture.id === before);
		if (one)
			rest.splice(at < 0 ? rest.length : at, 0, one);
		change(rest);
	};
	return <Sortable items={list} className="style-pictures" move={move}
		label={t('style.order')}>
		{(one) => <div class="style-picture">
			<img src={one.preview} alt={one.title}
				style={{ aspectRatio: String(ratio) }} draggable={false} />
			<IconButton icon={closeIcon} class="style-picture-drop"
				label={t('style.picture.remove', { name: one.title })}
				onClick={() => {
					forget(one);
					change(list.filter((other) => other !== one));
				}} />
		</div>}
	</Sortable>;
}
