/* One pin on its way: its picture, title, how far it is, what went wrong. */
import check from 'icon:check';
import imageIcon from 'icon:image';
import closeIcon from 'icon:x';
import { drop, retry, setAlt, setTitle, tagsOf, type Upload } from '../core/uploads';
import type { Twin } from '../core/types';
import { t } from '../core/words';
import { Button, IconButton } from './Button';
import { Icon } from './Icon';
import { TitleField } from './TitleField';

export function UploadRow({ upload }: { upload: Upload }) {
	const { id, state, title, file, url } = upload;
	const name = file?.name ?? url;
	return <li class="upload" data-state={state}
		aria-busy={upload.looking || undefined}>
		<span class="upload-picture">{upload.preview
			? <img src={upload.preview} alt="" /> : <Icon of={imageIcon} />}
		</span>
		<div class="upload-words">
			<TitleField value={title} name={`title-${id}`}
				readOnly={state !== 'draft' && state !== 'failed'}
				label={`${t('field.title')}: ${name}`}
				change={(text) => setTitle(id, text)} />
			<p class="upload-line"><span class="soft">{name}</span>
				<span class="soft">{[...title].length}/100</span></p>
			{tagsOf(title).length > 0 && <p class="chips">
				{tagsOf(title).map((tag) => <span class="chip on">#{tag}</span>)}
			</p>}
			{(state === 'draft' || state === 'failed') && <textarea
				class="input" rows={1} name={`alt-${id}`} maxLength={500}
				value={upload.alt} placeholder={t('field.alt')}
				aria-label={`${t('field.alt')}: ${name}`}
				onInput={(e) => setAlt(id, e.currentTarget.value)} />}
			{upload.twin && state === 'draft' && <Known twin={upload.twin} />}
			<State upload={upload} />
		</div>
		<IconButton icon={closeIcon} onClick={() => drop(id)}
			label={t(state === 'sending' ? 'cancel' : 'remove')} />
	</li>;
}

/* One has this picture already. */
function Known({ twin }: { twin: Twin }) {
	const { board, title } = twin;
	return <p class="upload-line" role="status">
		<span>{board === null ? t('upload.known', { title })
			: t('upload.known.on', { title, board })}</span>
		<a href={`/pin/${twin.id}`} target="_blank">{t('view')}</a></p>;
}

function State({ upload }: { upload: Upload }) {
	const percent = Math.round(upload.progress * 100);
	switch (upload.state) {
	case 'sending':
	case 'queued':
		return <p class="upload-line">
			<progress max={100} value={percent}
				aria-label={t('upload.sending')} /><span>{percent} %</span></p>;
	case 'failed':
		return <p class="upload-line" role="alert">
			<span class="field-error">{upload.error}</span>
			{!upload.refused && <Button onClick={() => retry(upload.id)}>
				{t('retry')}</Button>}</p>;
	case 'done':
		return <p class="upload-line" role="status">
			<span class="good"><Icon of={check} size={16} />
				{t(upload.duplicate ? 'upload.twin' : 'upload.done')}</span>
			<a href={`/pin/${upload.pin?.id}`}>{t('view')}</a></p>;
	case 'draft':
		return upload.looking ? <p class="soft" role="status">
			{t('create.looking')}</p> : null;
	}
}
