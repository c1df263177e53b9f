<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja_JP" sourcelanguage="en_US">
<context>
    <name>AboutBox</name>
    <message>
        <source>About Akari</source>
        <translation>Akari について</translation>
    </message>
    <message>
        <source>A workstation for reading medical images away from the hospital.

Akari is not a cleared medical device and must not be used for primary diagnosis.

Apache License 2.0. Third-party notices are in the file THIRD-PARTY-NOTICES.md.</source>
        <translation>病院の外で医用画像を読影するためのワークステーションです。

Akari は承認を受けた医療機器ではありません。一次診断には使用しないでください。

Apache License 2.0。第三者ソフトウェアの表示は THIRD-PARTY-NOTICES.md にあります。</translation>
    </message>
</context>
<context>
    <name>OutboxReasons</name>
    <message>
        <source>The archive could not process the object.</source>
        <translation>アーカイブがオブジェクトを処理できませんでした。</translation>
    </message>
    <message>
        <source>The archive has an object of this identity already.</source>
        <translation>同じ UID のオブジェクトがすでにアーカイブにあります。</translation>
    </message>
    <message>
        <source>The archive does not have the object that this one belongs to.</source>
        <translation>このオブジェクトが属するオブジェクトがアーカイブにありません。</translation>
    </message>
    <message>
        <source>The archive does not know this kind of object.</source>
        <translation>アーカイブがこの種類のオブジェクトを知りません。</translation>
    </message>
    <message>
        <source>The archive misses an attribute that it needs.</source>
        <translation>アーカイブが必要とする属性がありません。</translation>
    </message>
    <message>
        <source>The archive does not take objects of this kind.</source>
        <translation>アーカイブがこの種類のオブジェクトを受け付けません。</translation>
    </message>
    <message>
        <source>The archive does not allow this user to store.</source>
        <translation>このユーザーには保存が許可されていません。</translation>
    </message>
    <message>
        <source>The archive has no resources left for the object.</source>
        <translation>アーカイブの資源が不足しています。</translation>
    </message>
    <message>
        <source>The archive has no room for the object.</source>
        <translation>アーカイブに空き容量がありません。</translation>
    </message>
    <message>
        <source>The archive finds that the object does not fit its kind.</source>
        <translation>オブジェクトの内容がその種類に合わないとアーカイブが判断しました。</translation>
    </message>
    <message>
        <source>The archive does not take the object&apos;s transfer syntax.</source>
        <translation>アーカイブがこの転送構文を受け付けません。</translation>
    </message>
    <message>
        <source>The archive can&apos;t understand the object.</source>
        <translation>アーカイブがオブジェクトを解釈できません。</translation>
    </message>
    <message>
        <source>The archive took the object but does not list it as stored.</source>
        <translation>アーカイブは受け取りましたが、保存済みとして挙げていません。</translation>
    </message>
    <message>
        <source>The archive reports a conflict with what it has.</source>
        <translation>アーカイブにある内容と矛盾します。</translation>
    </message>
    <message>
        <source>The archive refuses to store the object.</source>
        <translation>アーカイブが保存を拒否しました。</translation>
    </message>
    <message>
        <source>The object is larger than the archive takes in one request.</source>
        <translation>オブジェクトがアーカイブの受け付ける大きさを超えています。</translation>
    </message>
    <message>
        <source>The archive does not have the study of this report; nothing is sent.</source>
        <translation>アーカイブにこのレポートの検査がありません。何も送信していません。</translation>
    </message>
    <message>
        <source>At the archive this study belongs to another patient; nothing is sent, ask the hospital.</source>
        <translation>アーカイブではこの検査は別の患者のものです。何も送信していません。病院に確認してください。</translation>
    </message>
    <message>
        <source>At the archive this study has another accession number; nothing is sent, ask the hospital.</source>
        <translation>アーカイブではこの検査の受付番号が異なります。何も送信していません。病院に確認してください。</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Both numbers belong to one hospital. Whether they are one patient is for that hospital to say.</source>
        <translation>両方とも同じ病院の番号です。同一患者かどうかはその病院が決めることです。</translation>
    </message>
    <message>
        <source>The two hospitals give different birth dates. Not shown as one patient; ask the hospitals which is right.</source>
        <translation>両院の生年月日が異なります。同一患者としては表示しません。どちらが正しいか病院に確認してください。</translation>
    </message>
    <message>
        <source>These two are not linked by a person. There is nothing to take back.</source>
        <translation>この2つは担当者による関連付けがありません。取り消すものはありません。</translation>
    </message>
    <message>
        <source>The two hospitals give different sexes. Not shown as one patient; ask the hospitals which is right.</source>
        <translation>両院の性別が異なります。同一患者としては表示しません。どちらが正しいか病院に確認してください。</translation>
    </message>
    <message>
        <source>No study of this patient is known here yet. Ask the archives first.</source>
        <translation>この患者の検査はまだありません。先にアーカイブへ照会してください。</translation>
    </message>
    <message>
        <source>All %1 objects are here, verified with the archive at %2.</source>
        <translation>全%1件が取得済みです。%2にアーカイブと照合しました。</translation>
    </message>
    <message>
        <source>All %1 objects are here.</source>
        <translation>全%1件が取得済みです。</translation>
    </message>
    <message>
        <source>%1 objects are here; whether that is all has not been verified.</source>
        <translation>%1件が取得済みです。全件かどうかは未照合です。</translation>
    </message>
    <message>
        <source>%1 of %2 objects are here.</source>
        <translation>%2件中%1件が取得済みです。</translation>
    </message>
    <message>
        <source>In the archive; nothing of it is on this computer.</source>
        <translation>アーカイブにあります。この端末にはまだありません。</translation>
    </message>
    <message>
        <source>✓ verified %1</source>
        <translation>✓ 照合済 %1</translation>
    </message>
    <message>
        <source>The archive does not answer. Check the network and the address; what is cached stays readable.</source>
        <translation>アーカイブが応答しません。ネットワークとアドレスを確認してください。キャッシュ済みの画像は引き続き読影できます。</translation>
    </message>
    <message>
        <source>The archive refuses the sign-in, or it is over. Check it in the archive&apos;s settings or sign in again; what is cached stays readable.</source>
        <translation>アーカイブがサインインを受け付けないか、サインインの期限が切れています。アーカイブの設定を確認するか、もう一度サインインしてください。保存済みのデータは引き続き読めます。</translation>
    </message>
    <message>
        <source>The connection to the archive is not secure: its certificate can&apos;t be verified. Ask the hospital for its certificate authority.</source>
        <translation>アーカイブとの接続が安全ではありません。証明書を検証できません。病院に認証局の証明書を問い合わせてください。</translation>
    </message>
    <message>
        <source>This address answers, but not as a DICOMweb archive. Check the path, often /dicom-web.</source>
        <translation>このアドレスは応答しますが、DICOMweb アーカイブではありません。パス（多くは /dicom-web）を確認してください。</translation>
    </message>
    <message>
        <source>The archive does not have this study any more.</source>
        <translation>この検査はアーカイブに存在しません。</translation>
    </message>
    <message>
        <source>This is no web address. Give the archive&apos;s DICOMweb root, for example https://pacs.example.org/dicom-web.</source>
        <translation>ウェブアドレスではありません。アーカイブの DICOMweb ルートを入力してください（例: https://pacs.example.org/dicom-web）。</translation>
    </message>
    <message>
        <source>The archive broke off its answer. What arrived is kept; the rest is fetched at the next try.</source>
        <translation>アーカイブの応答が途中で切れました。受信済みの分は保持され、残りは次回取得します。</translation>
    </message>
    <message>
        <source>The archive refused the request.</source>
        <translation>アーカイブが要求を拒否しました。</translation>
    </message>
    <message>
        <source>The archive sent objects that do not belong to this study. They were dropped.</source>
        <translation>アーカイブからこの検査に属さないオブジェクトが送られてきたため、破棄しました。</translation>
    </message>
    <message>
        <source>Objects of this study have other content than before. The new content is shown, the old is kept.</source>
        <translation>この検査に、以前と内容の異なるオブジェクトがあります。新しい内容を表示し、古い内容も保持しています。</translation>
    </message>
    <message>
        <source>The archive lists fewer objects of this study than are kept here. Ask the hospital whether some were withdrawn.</source>
        <translation>アーカイブの一覧にあるこの検査のオブジェクトが、ここに保持しているものより少なくなっています。取り消されたものがないか病院に確認してください。</translation>
    </message>
    <message>
        <source>The archive no longer has this study. What is here is what it had; ask the hospital why.</source>
        <translation>この検査はアーカイブから削除されています。ここにあるのは以前の内容です。病院に理由を確認してください。</translation>
    </message>
    <message>
        <source>The archive has other objects of this study than were fetched before. Look at what is new.</source>
        <translation>アーカイブにあるこの検査のオブジェクトが、以前に取得したものと異なります。新しい内容を確認してください。</translation>
    </message>
    <message>
        <source>The archive cut its lists short, so nobody can say that this study is complete. Ask the hospital for a higher limit.</source>
        <translation>アーカイブが一覧を途中で打ち切ったため、この検査が完全であるとは確認できません。病院に上限の引き上げを依頼してください。</translation>
    </message>
    <message>
        <source>There is an archive of this name already. Choose another name.</source>
        <translation>同じ名前のアーカイブがすでにあります。別の名前にしてください。</translation>
    </message>
    <message>
        <source>An object in the cache is damaged and is not shown. Sync the study to fetch it again.</source>
        <translation>キャッシュ内のオブジェクトが破損しているため表示しません。検査を同期して再取得してください。</translation>
    </message>
    <message>
        <source>The disk is full. Nothing was lost; make room and try again.</source>
        <translation>ディスクの空きがありません。失われたデータはありません。空きを作ってやり直してください。</translation>
    </message>
    <message>
        <source>Another Akari is using this data folder. Close it first.</source>
        <translation>別の Akari がこのデータフォルダーを使用中です。先にそちらを終了してください。</translation>
    </message>
    <message>
        <source>The data folder can&apos;t be written. Check its permissions.</source>
        <translation>データフォルダーに書き込めません。アクセス権を確認してください。</translation>
    </message>
    <message>
        <source>This passphrase does not open the data folder.</source>
        <translation>このパスフレーズではデータフォルダーを開けません。</translation>
    </message>
    <message>
        <source>The data folder is locked. Enter its passphrase.</source>
        <translation>データフォルダーはロックされています。パスフレーズを入力してください。</translation>
    </message>
    <message>
        <source>This computer&apos;s keychain can&apos;t be used. Set a passphrase instead.</source>
        <translation>このコンピューターのキーチェーンを使用できません。代わりにパスフレーズを設定してください。</translation>
    </message>
    <message>
        <source>No reader is enrolled. Enrol yourself first (menu Akari, The reader …).</source>
        <translation>読影者が登録されていません。先に登録してください（メニュー「Akari」）。</translation>
    </message>
    <message>
        <source>The signing passphrase is not right. Nothing was signed.</source>
        <translation>署名用パスフレーズが正しくありません。署名は行われていません。</translation>
    </message>
    <message>
        <source>This report is signed already.</source>
        <translation>このレポートはすでに署名されています。</translation>
    </message>
    <message>
        <source>This report is signed and can&apos;t be changed.</source>
        <translation>このレポートは署名済みのため変更できません。</translation>
    </message>
    <message>
        <source>This text belongs to another study than the one on screen; it was not saved here.</source>
        <translation>この文章は表示中の検査とは別の検査のものです。ここには保存していません。</translation>
    </message>
    <message>
        <source>This computer&apos;s clock and the archive&apos;s differ by more than two minutes. Set the clock, then sign.</source>
        <translation>このコンピューターとアーカイブの時計が 2 分以上ずれています。時計を合わせてから署名してください。</translation>
    </message>
    <message>
        <source>The report&apos;s patient is not the patient of the study on screen. Nothing was signed.</source>
        <translation>レポートの患者と表示中の検査の患者が一致しません。署名は行われていません。</translation>
    </message>
    <message>
        <source>The image under this measurement is not loaded, so nothing is measured.</source>
        <translation>計測対象の画像が読み込まれていないため、計測していません。</translation>
    </message>
    <message>
        <source>The measurement reaches beyond the image.</source>
        <translation>計測範囲が画像の外にはみ出しています。</translation>
    </message>
    <message>
        <source>The studies opened need more memory than this computer has. Close another study.</source>
        <translation>開いている検査に必要なメモリーが不足しています。ほかの検査を閉じてください。</translation>
    </message>
    <message>
        <source>A part of Akari is missing beside the program. Install it again.</source>
        <translation>Akari の構成プログラムが見つかりません。再インストールしてください。</translation>
    </message>
    <message>
        <source>The cache holds no readable object of this study yet.</source>
        <translation>この検査の読めるオブジェクトはまだキャッシュにありません。</translation>
    </message>
    <message>
        <source>The study is still arriving: %1 of %2 objects.</source>
        <translation>検査を受信中です（%2 件中 %1 件）。</translation>
    </message>
    <message>
        <source>The archive could not be asked whether the study is complete.</source>
        <translation>検査がすべてそろっているかをアーカイブに確認できませんでした。</translation>
    </message>
    <message>
        <source>The study is incomplete: %1 of %2 objects are here.</source>
        <translation>検査がそろっていません（%2 件中 %1 件）。</translation>
    </message>
    <message>
        <source>%1: %2 images could not be decoded.</source>
        <translation>%1: %2 枚の画像をデコードできませんでした。</translation>
    </message>
    <message>
        <source>%1 (%2 images) was never on screen.</source>
        <translation>%1（%2 枚）は一度も表示されていません。</translation>
    </message>
    <message numerus="yes">
        <source>%n y</source>
        <translation>
            <numerusform>%n 歳</numerusform>
        </translation>
    </message>
    <message>
        <source>male</source>
        <translation>男性</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女性</translation>
    </message>
    <message>
        <source>other</source>
        <translation>その他</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>（氏名なし）</translation>
    </message>
    <message>
        <source>in archive</source>
        <translation>アーカイブ内</translation>
    </message>
    <message>
        <source>%1/%2 here</source>
        <translation>%1/%2 取得</translation>
    </message>
    <message>
        <source>✓ here</source>
        <translation>✓ 取得済み</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>下書き</translation>
    </message>
    <message>
        <source>→ waiting to send</source>
        <translation>→ 送信待ち</translation>
    </message>
    <message>
        <source>✓ in archive</source>
        <translation>✓ アーカイブ保存済み</translation>
    </message>
    <message>
        <source>✗ not sent</source>
        <translation>✗ 未送信</translation>
    </message>
    <message>
        <source>%1: %2 images are not loaded.</source>
        <translation>%1：%2 枚の画像が読み込まれていません。</translation>
    </message>
    <message>
        <source>%1 objects of the study can&apos;t be read.</source>
        <translation>この検査の %1 件のオブジェクトを読み取れません。</translation>
    </message>
    <message>
        <source>This version lists documents but does not show PDF yet.</source>
        <translation>この版では文書を一覧に出しますが、PDFはまだ表示できません。</translation>
    </message>
    <message>
        <source>The file is no DICOM object, or it is damaged.</source>
        <translation>このファイルはDICOMオブジェクトではないか、壊れています。</translation>
    </message>
    <message>
        <source>The object does not say which study, series and instance it is.</source>
        <translation>このオブジェクトには検査・シリーズ・インスタンスのUIDがありません。</translation>
    </message>
    <message>
        <source>This can&apos;t be read. Check that it exists and that you may read it.</source>
        <translation>読み込めません。存在するか、読む権限があるかを確認してください。</translation>
    </message>
    <message>
        <source>The archive is damaged or of a kind that can&apos;t be read; what came before the damage was imported.</source>
        <translation>圧縮ファイルが壊れているか、読めない形式です。壊れた箇所より前は取り込みました。</translation>
    </message>
    <message>
        <source>The archive unpacks to far more than a medium holds; it was left out from here on.</source>
        <translation>圧縮ファイルを展開すると媒体の容量をはるかに超えるため、ここから先は取り込みませんでした。</translation>
    </message>
    <message>
        <source>The file changed while it was read. Import it again when whoever writes it has finished.</source>
        <translation>読み込み中にファイルが変わりました。書き込みが終わってから、もう一度取り込んでください。</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>ファイルが空です。</translation>
    </message>
    <message>
        <source>Encrypted. Unpack the archive with its password and import the folder.</source>
        <translation>暗号化されています。パスワードで展開し、フォルダーを取り込んでください。</translation>
    </message>
    <message>
        <source>The JPEG is damaged or not of the baseline kind. Save it as baseline JPEG or PNG and import it again.</source>
        <translation>JPEGが壊れているか、ベースライン形式ではありません。ベースラインJPEGかPNGで保存し直してから取り込んでください。</translation>
    </message>
    <message>
        <source>This member of the archive is damaged or stored in a way that can&apos;t be read.</source>
        <translation>圧縮ファイル内のこのファイルは、壊れているか読めない方式で保存されています。</translation>
    </message>
    <message>
        <source>An archive inside an archive. Unpack it and import the folder.</source>
        <translation>圧縮ファイルの中の圧縮ファイルです。展開してフォルダーを取り込んでください。</translation>
    </message>
    <message>
        <source>No DICOM object, archive, picture or document that can be imported.</source>
        <translation>取り込めるDICOMオブジェクト・圧縮ファイル・画像・文書ではありません。</translation>
    </message>
    <message>
        <source>The study belongs to another patient. Nothing was imported.</source>
        <translation>この検査は別の患者のものです。何も取り込んでいません。</translation>
    </message>
    <message>
        <source>A picture, document or video does not say whose it is. Select a study and attach it there.</source>
        <translation>画像・文書・動画からは誰のものか分かりません。検査を選んで、そこに添付してください。</translation>
    </message>
    <message>
        <source>The PDF document is cut short.</source>
        <translation>PDF文書が途中で切れています。</translation>
    </message>
    <message>
        <source>The PNG is damaged or larger than a picture in DICOM can be.</source>
        <translation>PNGが壊れているか、DICOM画像の上限を超えています。</translation>
    </message>
    <message>
        <source>Stored turned or mirrored, with a note to show it upright. Save it upright and import it again.</source>
        <translation>回転または反転して保存され、表示時に直す指定が付いています。正しい向きで保存し直してから取り込んでください。</translation>
    </message>
    <message>
        <source>A link, device, pipe or socket, no file.</source>
        <translation>リンク・デバイス・パイプ・ソケットであり、ファイルではありません。</translation>
    </message>
    <message>
        <source>Larger than an object that can be kept.</source>
        <translation>保存できるオブジェクトの上限を超えています。</translation>
    </message>
    <message>
        <source>The unpacking program gave up on this file. It may be damaged.</source>
        <translation>展開プログラムがこのファイルを処理できませんでした。壊れている可能性があります。</translation>
    </message>
    <message>
        <source>The video is damaged or not H.264 of High profile up to level 4.2. Convert it and import it again.</source>
        <translation>動画が壊れているか、H.264 High プロファイル（レベル4.2以下）ではありません。変換してから取り込んでください。</translation>
    </message>
    <message>
        <source>kind of image</source>
        <translation>画像の種類</translation>
    </message>
    <message>
        <source>original or derived</source>
        <translation>原画像／派生画像</translation>
    </message>
    <message>
        <source>frame of reference</source>
        <translation>基準座標系</translation>
    </message>
    <message>
        <source>orientation</source>
        <translation>断面方向</translation>
    </message>
    <message>
        <source>stack</source>
        <translation>スタック</translation>
    </message>
    <message>
        <source>echo</source>
        <translation>エコー</translation>
    </message>
    <message>
        <source>b-value</source>
        <translation>b値</translation>
    </message>
    <message>
        <source>diffusion direction</source>
        <translation>拡散方向</translation>
    </message>
    <message>
        <source>kernel</source>
        <translation>再構成関数</translation>
    </message>
    <message>
        <source>contrast agent</source>
        <translation>造影剤</translation>
    </message>
    <message>
        <source>image type</source>
        <translation>画像タイプ</translation>
    </message>
    <message>
        <source>dimension</source>
        <translation>ディメンション</translation>
    </message>
    <message>
        <source>temporal position</source>
        <translation>時相</translation>
    </message>
    <message>
        <source>trigger time</source>
        <translation>トリガー時間</translation>
    </message>
    <message>
        <source>cardiac phase</source>
        <translation>心位相</translation>
    </message>
    <message>
        <source>acquisition</source>
        <translation>収集</translation>
    </message>
    <message>
        <source>acquisition time</source>
        <translation>収集時刻</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>媒体</translation>
    </message>
    <message>
        <source>The object is cut short. Copy it again from its source.</source>
        <translation>オブジェクトが途中で切れています。元の場所からもう一度コピーしてください。</translation>
    </message>
    <message>
        <source>The archive wants a client certificate, or can&apos;t use the one it is given. Check the file and its password.</source>
        <translation>クライアント証明書が必要か、指定された証明書が使えません。ファイルとパスワードを確認してください。</translation>
    </message>
    <message>
        <source>A pin begins with sha256// and has 44 more characters.</source>
        <translation>ピンは sha256// で始まり、その後に 44 文字が続きます。</translation>
    </message>
    <message>
        <source>The proxy can&apos;t be used. Check its address, user and password.</source>
        <translation>プロキシを使用できません。アドレス、ユーザー名、パスワードを確認してください。</translation>
    </message>
    <message>
        <source>The archive&apos;s answer is larger than anything it can be. It was not taken.</source>
        <translation>アーカイブの応答が異常に大きいため、受け取りませんでした。</translation>
    </message>
    <message>
        <source>The archive asks to be left alone for some minutes.</source>
        <translation>アーカイブが数分間の待機を求めています。</translation>
    </message>
    <message>
        <source>The sign-in service does not answer as it should. Check its address and the client id.</source>
        <translation>サインインサービスの応答が正しくありません。アドレスとクライアント ID を確認してください。</translation>
    </message>
    <message>
        <source>The sign-in service did not let you in.</source>
        <translation>サインインサービスに拒否されました。</translation>
    </message>
    <message>
        <source>Nobody signed in in time. Try again.</source>
        <translation>時間内にサインインされませんでした。もう一度お試しください。</translation>
    </message>
    <message>
        <source>The browser can send nothing back. Check this computer&apos;s firewall.</source>
        <translation>ブラウザーからの応答を受け取れません。このコンピューターのファイアウォールを確認してください。</translation>
    </message>
    <message>
        <source>No browser could be started.</source>
        <translation>ブラウザーを起動できませんでした。</translation>
    </message>
    <message>
        <source>This recovery code was mistyped. It has eight groups of four letters and digits.</source>
        <translation>復旧コードの入力に誤りがあります。4 文字の英数字 8 組です。</translation>
    </message>
    <message>
        <source>The file of the archives&apos; keys is damaged. Delete keys.json and the cache folder: studies are fetched again, reports are not touched.</source>
        <translation>アーカイブ鍵のファイルが破損しています。keys.json とキャッシュフォルダーを削除してください。検査は再取得され、レポートには影響ありません。</translation>
    </message>
    <message>
        <source>This link is none that Akari opens.</source>
        <translation>このリンクは Akari で開けません。</translation>
    </message>
    <message>
        <source>The link names an archive that is not configured here.</source>
        <translation>リンクのアーカイブはここに登録されていません。</translation>
    </message>
    <message>
        <source>More than one archive may have this study; the link must name it.</source>
        <translation>この検査は複数のアーカイブにある可能性があります。リンクにアーカイブ名が必要です。</translation>
    </message>
    <message>
        <source>! withdrawn</source>
        <translation>！取り下げ済み</translation>
    </message>
    <message>
        <source>! changed there</source>
        <translation>！先方で変更</translation>
    </message>
    <message>
        <source>The archive no longer has this study. %1 objects of it are here; ask the hospital why.</source>
        <translation>アーカイブにこの検査はもうありません。この端末には %1 件あります。病院に理由を確認してください。</translation>
    </message>
    <message>
        <source>The archive has other objects of this study than the %1 that are here. Open it to fetch them.</source>
        <translation>アーカイブの内容がこの端末の %1 件と異なります。開くと取得します。</translation>
    </message>
    <message>
        <source>There is unfinished work for this archive: finish, discard or send its open drafts and reports first.</source>
        <translation>このアーカイブには未完了の作業があります。先に下書きとレポートを完了・破棄・送信してください。</translation>
    </message>
    <message>
        <source>A study of this archive is open or just being fetched. Close it first.</source>
        <translation>このアーカイブの検査が開いているか、取得中です。先に閉じてください。</translation>
    </message>
    <message>
        <source>This draft was discarded. Start a new report.</source>
        <translation>この下書きは破棄されました。新しいレポートを始めてください。</translation>
    </message>
</context>
<context>
    <name>akari::reporting::ReportEditor</name>
    <message>
        <source>No study</source>
        <translation>検査なし</translation>
    </message>
    <message>
        <source>ID %1</source>
        <translation>ID %1</translation>
    </message>
    <message>
        <source>What you see. M measures a length, E an ellipse.</source>
        <translation>所見を入力してください。M で距離、E で楕円を計測します。</translation>
    </message>
    <message>
        <source>Key image %1</source>
        <translation>キー画像 %1</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>計測</translation>
    </message>
    <message>
        <source>Insert last</source>
        <translation>最新の計測を挿入</translation>
    </message>
    <message>
        <source>Take the newest measurement of the images into the report, at the cursor</source>
        <translation>画像上の最新の計測をカーソル位置に挿入します</translation>
    </message>
    <message>
        <source>Into text</source>
        <translation>本文に挿入</translation>
    </message>
    <message>
        <source>Write the selected measurement at the cursor</source>
        <translation>選択した計測をカーソル位置に書き込みます</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Key images</source>
        <translation>キー画像</translation>
    </message>
    <message>
        <source>K on an image marks it as a key image.</source>
        <translation>画像上で K を押すとキー画像に指定します。</translation>
    </message>
    <message>
        <source>Sign …</source>
        <translation>署名 …</translation>
    </message>
</context>
<context>
    <name>akari::reporting::ReviewSheet</name>
    <message>
        <source>Sign the report</source>
        <translation>レポートの署名</translation>
    </message>
    <message>
        <source>ID %1</source>
        <translation>ID %1</translation>
    </message>
    <message>
        <source>Nothing written</source>
        <translation>記入なし</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>計測</translation>
    </message>
    <message>
        <source>Key images</source>
        <translation>キー画像</translation>
    </message>
    <message>
        <source>✕ Not possible: %1</source>
        <translation>✕ 署名できません: %1</translation>
    </message>
    <message>
        <source>⚠ Warning: %1</source>
        <translation>⚠ 警告: %1</translation>
    </message>
    <message>
        <source>• %1</source>
        <translation>• %1</translation>
    </message>
    <message>
        <source>✓ Nothing speaks against signing.</source>
        <translation>✓ 署名を妨げる問題はありません。</translation>
    </message>
    <message>
        <source>Objects to be written and sent to the archive: %1. A signed report can&apos;t be changed, only added to.</source>
        <translation>作成してアーカイブに送信するオブジェクト: %1。署名後のレポートは変更できません（追記のみ）。</translation>
    </message>
    <message>
        <source>Your signing secret</source>
        <translation>署名用パスフレーズ</translation>
    </message>
    <message>
        <source>Back to the report</source>
        <translation>レポートに戻る</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>署名</translation>
    </message>
</context>
<context>
    <name>akari::window::ArchiveDialog</name>
    <message>
        <source>Prefix</source>
        <translation>接頭語</translation>
    </message>
    <message>
        <source>Short, before its patient IDs on screen (optional)</source>
        <translation>画面で患者IDの前に付く短い語（任意）</translation>
    </message>
    <message>
        <source>Add an archive</source>
        <translation>アーカイブの追加</translation>
    </message>
    <message>
        <source>The hospital, as you call it</source>
        <translation>病院名（任意の呼び名）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>DICOMweb address</source>
        <translation>DICOMweb アドレス</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ユーザー名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>追加</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>接続テスト</translation>
    </message>
    <message>
        <source>A name and a web address (https://…) are needed.</source>
        <translation>名前とウェブアドレス（https://…）を入力してください。</translation>
    </message>
    <message>
        <source>✓ The archive answers.</source>
        <translation>✓ アーカイブから応答がありました。</translation>
    </message>
    <message>
        <source>Change an archive</source>
        <translation>アーカイブの変更</translation>
    </message>
    <message>
        <source>More ▾</source>
        <translation>詳細 ▾</translation>
    </message>
    <message>
        <source>Less ▴</source>
        <translation>閉じる ▴</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>User and password</source>
        <translation>ユーザー名とパスワード</translation>
    </message>
    <message>
        <source>In the browser (OpenID Connect)</source>
        <translation>ブラウザーで（OpenID Connect）</translation>
    </message>
    <message>
        <source>From the hospital&apos;s IT</source>
        <translation>病院の情報システム部門から入手</translation>
    </message>
    <message>
        <source>Sign in …</source>
        <translation>サインイン …</translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation>サインイン方法</translation>
    </message>
    <message>
        <source>Sign-in service</source>
        <translation>サインインサービス</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>クライアント ID</translation>
    </message>
    <message>
        <source>The system&apos;s own</source>
        <translation>システムの認証局</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>システムの設定に従う</translation>
    </message>
    <message>
        <source>This one</source>
        <translation>次のプロキシ</translation>
    </message>
    <message>
        <source>On a slow line, show compressed copies without loss until the originals are here</source>
        <translation>遅い回線では、原画像が届くまで可逆圧縮の複製を表示する</translation>
    </message>
    <message>
        <source>Ask this address for everything, whatever host the archive names</source>
        <translation>アーカイブが別のホスト名を示しても、このアドレスだけに問い合わせる</translation>
    </message>
    <message>
        <source>Certificate authority</source>
        <translation>認証局</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>証明書 (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Client certificate</source>
        <translation>クライアント証明書</translation>
    </message>
    <message>
        <source>Certificates with key (*.pem *.p12 *.pfx)</source>
        <translation>秘密鍵を含む証明書 (*.pem *.p12 *.pfx)</translation>
    </message>
    <message>
        <source>Its password</source>
        <translation>そのパスワード</translation>
    </message>
    <message>
        <source>Pin of the server&apos;s key</source>
        <translation>サーバー鍵のピン</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>プロキシ</translation>
    </message>
    <message>
        <source>Proxy address</source>
        <translation>プロキシのアドレス</translation>
    </message>
    <message>
        <source>Proxy user</source>
        <translation>プロキシのユーザー名</translation>
    </message>
    <message>
        <source>Proxy password</source>
        <translation>プロキシのパスワード</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>選択 …</translation>
    </message>
    <message>
        <source>The sign-in service&apos;s web address and a client id are needed.</source>
        <translation>サインインサービスのウェブアドレスとクライアント ID を入力してください。</translation>
    </message>
    <message>
        <source>A pin begins with sha256// and has 44 more characters.</source>
        <translation>ピンは sha256// で始まり、その後に 44 文字が続きます。</translation>
    </message>
    <message>
        <source>The proxy&apos;s web address (http://…) is needed.</source>
        <translation>プロキシのウェブアドレス（http://…）を入力してください。</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>中止しました。</translation>
    </message>
    <message>
        <source>Asking the archive …</source>
        <translation>アーカイブに問い合わせています …</translation>
    </message>
    <message>
        <source>A name, the sign-in service&apos;s web address and a client id are needed.</source>
        <translation>名前、サインインサービスのウェブアドレス、クライアント ID を入力してください。</translation>
    </message>
    <message>
        <source>Sign in in the browser that opens. Cancel gives up.</source>
        <translation>開いたブラウザーでサインインしてください。「キャンセル」で中止します。</translation>
    </message>
    <message>
        <source>✓ Signed in.</source>
        <translation>✓ サインインしました。</translation>
    </message>
</context>
<context>
    <name>akari::window::DocumentDialog</name>
    <message>
        <source>Structured report</source>
        <translation>構造化レポート</translation>
    </message>
    <message>
        <source>Dose report</source>
        <translation>線量レポート</translation>
    </message>
    <message>
        <source>Key images</source>
        <translation>キー画像</translation>
    </message>
    <message>
        <source>Presentation state</source>
        <translation>表示状態</translation>
    </message>
    <message>
        <source>Segmentation</source>
        <translation>セグメンテーション</translation>
    </message>
    <message>
        <source>Parametric map</source>
        <translation>パラメトリックマップ</translation>
    </message>
    <message>
        <source>Value mapping</source>
        <translation>実世界値マッピング</translation>
    </message>
    <message>
        <source>Structure set</source>
        <translation>輪郭セット</translation>
    </message>
    <message>
        <source>Dose</source>
        <translation>線量分布</translation>
    </message>
    <message>
        <source>Treatment plan</source>
        <translation>治療計画</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文書</translation>
    </message>
    <message>
        <source>Waveform</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>Visual field</source>
        <translation>視野検査</translation>
    </message>
    <message>
        <source>Hanging protocol</source>
        <translation>ハンギングプロトコル</translation>
    </message>
    <message>
        <source>Slide annotations</source>
        <translation>スライド注釈</translation>
    </message>
    <message>
        <source>Unknown object</source>
        <translation>不明なオブジェクト</translation>
    </message>
    <message>
        <source>It is listed, but its content is not shown.</source>
        <translation>一覧には出ますが、内容は表示されません。</translation>
    </message>
</context>
<context>
    <name>akari::window::ImportDialog</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>取り込み</translation>
    </message>
    <message>
        <source>File</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <source>What became of it</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>中止しています…</translation>
    </message>
    <message>
        <source>%1 files looked at, %2 imported, %3 known already, %4 refused</source>
        <translation>確認 %1 件、取り込み %2 件、取り込み済み %3 件、不可 %4 件</translation>
    </message>
    <message>
        <source>%1 imported, %2 known already, %3 refused, %4 missing</source>
        <translation>取り込み %1 件、取り込み済み %2 件、不可 %3 件、欠落 %4 件</translation>
    </message>
    <message>
        <source>What was imported stays; import again to go on.</source>
        <translation>取り込んだ分は残っています。もう一度取り込むと続きから始まります。</translation>
    </message>
    <message>
        <source>Cancelled. What was imported stays; import again to go on.</source>
        <translation>中止しました。取り込んだ分は残っています。もう一度取り込むと続きから始まります。</translation>
    </message>
    <message>
        <source>Everything was imported.</source>
        <translation>すべて取り込みました。</translation>
    </message>
    <message>
        <source>Everything was imported; some objects came with other content than before.</source>
        <translation>すべて取り込みました。以前と内容の違うオブジェクトがあります。</translation>
    </message>
    <message>
        <source>The rest was imported; these files were not:</source>
        <translation>次のファイル以外は取り込みました：</translation>
    </message>
    <message>
        <source>The same object with other content is kept already. Both are kept; the one that came last is shown.</source>
        <translation>同じオブジェクトが別の内容ですでにあります。両方を保存し、後から来た方を表示します。</translation>
    </message>
    <message>
        <source>A DICOMDIR lists this file, but it is not there.</source>
        <translation>DICOMDIRに載っていますが、ファイルがありません。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>akari::window::LinksDialog</name>
    <message>
        <source>This patient at other hospitals</source>
        <translation>この患者の他院での検査</translation>
    </message>
    <message>
        <source>Hospitals count their patients each for itself: the same number or name elsewhere may be another person. Studies of another hospital are shown as priors only where both give the same issuer and number, or where you confirm it here.</source>
        <translation>患者番号は病院ごとに付けられます。他院の同じ番号や氏名は別人かもしれません。他院の検査を過去検査として表示するのは、両院で発行者と番号が一致する場合か、ここであなたが確認した場合だけです。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>issued by %1</source>
        <translation>発行者 %1</translation>
    </message>
    <message>
        <source>born %1</source>
        <translation>%1生</translation>
    </message>
    <message>
        <source>✓ The same patient, confirmed by %1 on %2</source>
        <translation>✓ 同一患者（%2に%1が確認）</translation>
    </message>
    <message>
        <source>✓ The same patient: same issuer and number</source>
        <translation>✓ 同一患者（発行者と番号が一致）</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>取り消す</translation>
    </message>
    <message>
        <source>? Same birth date, sex and name. Not linked.</source>
        <translation>? 生年月日・性別・氏名が一致。関連付けなし。</translation>
    </message>
    <message>
        <source>It is the same patient</source>
        <translation>同一患者である</translation>
    </message>
    <message>
        <source>No other hospital has studies that might be this patient&apos;s.</source>
        <translation>この患者と思われる検査は他院にありません。</translation>
    </message>
</context>
<context>
    <name>akari::window::MainWindow</name>
    <message>
        <source>● archives answer</source>
        <translation>● アーカイブ応答あり</translation>
    </message>
    <message>
        <source>○ an archive is away</source>
        <translation>○ 応答のないアーカイブあり</translation>
    </message>
    <message>
        <source>&amp;Akari</source>
        <translation>&amp;Akari</translation>
    </message>
    <message>
        <source>Add an archive …</source>
        <translation>アーカイブの追加 …</translation>
    </message>
    <message>
        <source>The reader …</source>
        <translation>読影者 …</translation>
    </message>
    <message>
        <source>Ask the archives again</source>
        <translation>アーカイブに再照会</translation>
    </message>
    <message>
        <source>Send the outbox now</source>
        <translation>送信待ちを今すぐ送信</translation>
    </message>
    <message>
        <source>About Akari</source>
        <translation>Akari について</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Enrolled.</source>
        <translation>登録しました。</translation>
    </message>
    <message>
        <source>syncing %1</source>
        <translation>同期中 %1</translation>
    </message>
    <message>
        <source>offline, %1 series from the cache</source>
        <translation>オフライン（キャッシュから %1 シリーズ）</translation>
    </message>
    <message>
        <source>asks again by itself</source>
        <translation>自動で再試行します</translation>
    </message>
    <message>
        <source>✓ complete %1</source>
        <translation>✓ 受信完了 %1</translation>
    </message>
    <message>
        <source>✓ complete %1, verified at %2</source>
        <translation>✓ 受信完了 %1（%2 に確認）</translation>
    </message>
    <message numerus="yes">
        <source>incomplete %1, %n missing</source>
        <translation>
            <numerusform>未完了 %1（%n 件不足）</numerusform>
        </translation>
    </message>
    <message>
        <source>outbox empty</source>
        <translation>送信待ちなし</translation>
    </message>
    <message numerus="yes">
        <source>outbox: %n waiting</source>
        <translation>
            <numerusform>送信待ち %n 件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n objects proven in the archive</source>
        <translation>
            <numerusform>%n 件のアーカイブ保存を確認しました</numerusform>
        </translation>
    </message>
    <message>
        <source>The report could not be saved. Close and lose what was typed since?</source>
        <translation>レポートを保存できませんでした。保存後の入力を破棄して終了しますか？</translation>
    </message>
    <message>
        <source>Import files …</source>
        <translation>ファイルを取り込む…</translation>
    </message>
    <message>
        <source>Import a folder or CD …</source>
        <translation>フォルダーまたはCDを取り込む…</translation>
    </message>
    <message>
        <source>Attach pictures or documents to the selected study …</source>
        <translation>選んだ検査に画像・文書を添付…</translation>
    </message>
    <message>
        <source>Import files</source>
        <translation>ファイルの取り込み</translation>
    </message>
    <message>
        <source>Import a folder or CD</source>
        <translation>フォルダーまたはCDの取り込み</translation>
    </message>
    <message>
        <source>Select a study first; what is attached belongs to its patient.</source>
        <translation>先に検査を選んでください。添付したものはその患者のものになります。</translation>
    </message>
    <message>
        <source>Attach to %1</source>
        <translation>%1 に添付</translation>
    </message>
    <message>
        <source>Pictures, documents, videos (*.jpg *.jpeg *.png *.pdf *.mp4)</source>
        <translation>画像・文書・動画 (*.jpg *.jpeg *.png *.pdf *.mp4)</translation>
    </message>
    <message>
        <source>%1 MB/s</source>
        <translation>%1 MB/秒</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>残り %1</translation>
    </message>
    <message>
        <source>Change an archive</source>
        <translation>アーカイブの変更</translation>
    </message>
    <message>
        <source>Shows the outbox</source>
        <translation>送信箱を表示</translation>
    </message>
    <message>
        <source>Outbox …</source>
        <translation>送信箱 …</translation>
    </message>
    <message>
        <source>a study of %1 that is not here yet</source>
        <translation>%1 の検査（まだ取得していません）</translation>
    </message>
    <message>
        <source>○ the second copy of reports is behind</source>
        <translation>○ レポートの第 2 の保存先が最新ではありません</translation>
    </message>
    <message>
        <source>Change an archive, or sign in …</source>
        <translation>アーカイブの変更・サインイン …</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>アーカイブ</translation>
    </message>
    <message>
        <source>Remove an archive …</source>
        <translation>アーカイブを削除…</translation>
    </message>
    <message>
        <source>New recovery code …</source>
        <translation>復旧コードを作り直す…</translation>
    </message>
    <message>
        <source>Discard the draft of this study …</source>
        <translation>この検査の下書きを破棄…</translation>
    </message>
    <message>
        <source>%1 was removed, and its key destroyed.</source>
        <translation>%1 を削除し、鍵も破棄しました。</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>%1 を削除しました。</translation>
    </message>
    <message>
        <source>Discard the draft</source>
        <translation>下書きの破棄</translation>
    </message>
    <message>
        <source>Throw away what was written about this study? It can&apos;t be brought back from here. Drawings on the images stay.</source>
        <translation>この検査について書いた内容を破棄しますか。ここからは元に戻せません。画像上の描画は残ります。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>New recovery code</source>
        <translation>新しい復旧コード</translation>
    </message>
    <message>
        <source>Make a new recovery code? A code that was written down before opens nothing any more.</source>
        <translation>新しい復旧コードを作りますか。以前に書き留めたコードは使えなくなります。</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>作る</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>akari::window::OpenRequestBar</name>
    <message>
        <source>Open it</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>今は開かない</translation>
    </message>
    <message>
        <source>Asked for from outside: %1</source>
        <translation>外部からの要求: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>ほか %n 件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>akari::window::OutboxDialog</name>
    <message>
        <source>Try again</source>
        <translation>再送</translation>
    </message>
    <message>
        <source>Give up …</source>
        <translation>取りやめ …</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>送信箱</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>オブジェクト</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>アーカイブ</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>回数</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>次の送信</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>今すぐ送信</translation>
    </message>
    <message>
        <source>Each object is sent, fetched back and compared; only then it counts as archived.</source>
        <translation>各オブジェクトは送信後に取り戻して照合し、一致して初めて保管済みになります。</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>送信待ち</translation>
    </message>
    <message>
        <source>sent, not proven yet</source>
        <translation>送信済み、未照合</translation>
    </message>
    <message>
        <source>archived, proven</source>
        <translation>保管済み、照合済み</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>拒否</translation>
    </message>
    <message>
        <source>given up</source>
        <translation>取りやめ</translation>
    </message>
    <message>
        <source>The archive keeps other content under this object&apos;s identity. Ask the hospital.</source>
        <translation>アーカイブには同じ UID で別の内容が保存されています。病院に確認してください。</translation>
    </message>
    <message>
        <source>Give up sending? The objects stay in the data folder; the archive will not get them.</source>
        <translation>送信を取りやめますか。オブジェクトはデータフォルダーに残りますが、アーカイブには届きません。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>akari::window::PassphraseDialog</name>
    <message>
        <source>Passphrase</source>
        <translation>パスフレーズ</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>確認入力</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>作成</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>ロック解除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>A passphrase for your data</source>
        <translation>データ保護用パスフレーズの設定</translation>
    </message>
    <message>
        <source>Unlock your data</source>
        <translation>データのロック解除</translation>
    </message>
    <message>
        <source>Everything Akari keeps on this computer is encrypted. This passphrase opens it, and signs your reports. If it is lost, only the recovery code that is shown next opens your data.</source>
        <translation>Akari がこのコンピューターに保存するデータはすべて暗号化されます。このパスフレーズはデータを開くときとレポートに署名するときに使います。紛失した場合は、次に表示される復旧コードでしか開けません。</translation>
    </message>
    <message>
        <source>Passphrase lost …</source>
        <translation>パスフレーズを紛失した場合…</translation>
    </message>
    <message>
        <source>Open with the recovery code</source>
        <translation>復旧コードで開く</translation>
    </message>
    <message>
        <source>The code that you wrote down opens your data, and a new passphrase takes the place of the lost one. The signing passphrase stays as it was.</source>
        <translation>控えておいた復旧コードでデータを開き、失われたパスフレーズの代わりに新しいパスフレーズを設定します。署名用パスフレーズは変わりません。</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>復旧コード</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>新しいパスフレーズ</translation>
    </message>
    <message>
        <source>This is not a recovery code, or it was mistyped: it has eight groups of four letters and digits.</source>
        <translation>復旧コードではないか、入力に誤りがあります。4 文字の英数字 8 組で入力してください。</translation>
    </message>
    <message>
        <source>This recovery code does not open the data folder.</source>
        <translation>この復旧コードではデータフォルダーを開けません。</translation>
    </message>
    <message>
        <source>The data folder is encrypted.</source>
        <translation>データフォルダーは暗号化されています。</translation>
    </message>
    <message numerus="yes">
        <source>At least %n characters, please.</source>
        <translation>
            <numerusform>%n 文字以上で入力してください。</numerusform>
        </translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>2 つの入力が一致しません。</translation>
    </message>
</context>
<context>
    <name>akari::window::PatientBanner</name>
    <message>
        <source>ID %1</source>
        <translation>ID %1</translation>
    </message>
    <message>
        <source>born %1</source>
        <translation>生年月日 %1</translation>
    </message>
</context>
<context>
    <name>akari::window::ReaderDialog</name>
    <message>
        <source>The reader of this computer</source>
        <translation>このコンピューターの読影者</translation>
    </message>
    <message>
        <source>Family^Given, in Latin letters</source>
        <translation>姓^名（ローマ字）</translation>
    </message>
    <message>
        <source>Family^Given, in kanji (optional)</source>
        <translation>姓^名（漢字・任意）</translation>
    </message>
    <message>
        <source>Family^Given, in kana (optional)</source>
        <translation>姓^名（かな・任意）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>氏名</translation>
    </message>
    <message>
        <source>Kanji</source>
        <translation>漢字</translation>
    </message>
    <message>
        <source>Kana</source>
        <translation>かな</translation>
    </message>
    <message>
        <source>Organization</source>
        <translation>所属</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>ログイン名</translation>
    </message>
    <message>
        <source>Signing passphrase</source>
        <translation>署名用パスフレーズ</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>確認入力</translation>
    </message>
    <message>
        <source>Enrol</source>
        <translation>登録</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Your reports carry this name. The signing passphrase is asked for every time you sign.</source>
        <translation>レポートにはこの氏名が記載されます。署名用パスフレーズは署名のたびに入力します。</translation>
    </message>
    <message>
        <source>Name, organization and login are needed.</source>
        <translation>氏名、所属、ログイン名を入力してください。</translation>
    </message>
    <message numerus="yes">
        <source>A signing passphrase of at least %n characters, please.</source>
        <translation>
            <numerusform>署名用パスフレーズは %n 文字以上で入力してください。</numerusform>
        </translation>
    </message>
    <message>
        <source>The two passphrases are not the same.</source>
        <translation>2 つのパスフレーズが一致しません。</translation>
    </message>
</context>
<context>
    <name>akari::window::ReadingPage</name>
    <message>
        <source>Worklist</source>
        <translation>ワークリスト</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>ウィンドウ</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>距離計測</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>楕円ROI</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
    <message>
        <source>One image</source>
        <translation>1 画面</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>2 画面</translation>
    </message>
    <message>
        <source>Planes and 3D</source>
        <translation>MPR と 3D</translation>
    </message>
    <message>
        <source>Prior beside</source>
        <translation>過去画像を並べる</translation>
    </message>
    <message>
        <source>No prior of this patient is known.</source>
        <translation>この患者の過去画像はありません。</translation>
    </message>
    <message>
        <source>Link scrolling</source>
        <translation>スクロール連動</translation>
    </message>
    <message>
        <source>Slab of the planes</source>
        <translation>断面のスラブ厚</translation>
    </message>
    <message>
        <source>No slab</source>
        <translation>スラブなし</translation>
    </message>
    <message>
        <source>MIP %1 mm</source>
        <translation>MIP %1 mm</translation>
    </message>
    <message>
        <source>Mark key image</source>
        <translation>キー画像に指定</translation>
    </message>
    <message>
        <source>Reset view</source>
        <translation>表示を初期化</translation>
    </message>
    <message>
        <source>PRIOR</source>
        <translation>過去</translation>
    </message>
    <message>
        <source>PRIOR %1</source>
        <translation>過去 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n y before</source>
        <translation>
            <numerusform>%n 年前</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n months before</source>
        <translation>
            <numerusform>%n か月前</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days before</source>
        <translation>
            <numerusform>%n 日前</numerusform>
        </translation>
    </message>
    <message>
        <source>Measure something first: M for a length, E for an ellipse.</source>
        <translation>先に計測してください（M: 距離、E: 楕円）。</translation>
    </message>
    <message>
        <source>Key images are marked on acquired images, not on planes cut through them.</source>
        <translation>キー画像に指定できるのは元画像だけです。再構成断面は指定できません。</translation>
    </message>
    <message>
        <source>This image is not loaded yet.</source>
        <translation>この画像はまだ読み込まれていません。</translation>
    </message>
</context>
<context>
    <name>akari::window::RecoveryCodeDialog</name>
    <message>
        <source>Your recovery code</source>
        <translation>復旧コード</translation>
    </message>
    <message>
        <source>If the passphrase or this computer&apos;s keychain is lost, this code opens your data, and nothing else does. Write it down or print it, and keep it away from this computer. It is not shown again.</source>
        <translation>パスフレーズまたはこのコンピューターのキーチェーンが失われたとき、データを開けるのはこのコードだけです。書き留めるか印刷して、このコンピューターとは別の場所に保管してください。再表示はされません。</translation>
    </message>
    <message>
        <source>I have written it down or printed it</source>
        <translation>書き留めた、または印刷した</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Print …</source>
        <translation>印刷…</translation>
    </message>
    <message>
        <source>Akari: recovery code of %1</source>
        <translation>Akari 復旧コード（%1）</translation>
    </message>
    <message>
        <source>Opens the data folder when its passphrase or the computer&apos;s keychain is lost. Whoever has this sheet and a copy of the folder can read patients&apos; data: keep it locked away, and away from the computer. A newer code makes this one void.</source>
        <translation>パスフレーズまたはコンピューターのキーチェーンが失われたときにデータフォルダーを開くためのコードです。この用紙とデータフォルダーの複製があれば患者データを読むことができます。コンピューターとは別の場所に施錠して保管してください。新しいコードを作成すると、このコードは無効になります。</translation>
    </message>
</context>
<context>
    <name>akari::window::RemoveArchiveDialog</name>
    <message>
        <source>Destroy its key too</source>
        <translation>鍵も破棄する</translation>
    </message>
    <message>
        <source>Remove an archive</source>
        <translation>アーカイブの削除</translation>
    </message>
    <message>
        <source>Then no copy of the cache opens its studies any more, wherever the copy is. Use it when the contract says that everything has to be erased.</source>
        <translation>キャッシュの複製がどこにあっても、このアーカイブの検査は開けなくなります。契約で完全な消去が求められているときに使います。</translation>
    </message>
    <message>
        <source>This can&apos;t be undone. Type the archive&apos;s name to go on:</source>
        <translation>元に戻せません。続けるにはアーカイブの名前を入力してください：</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message numerus="yes">
        <source>What goes from this computer: %n studies in the cache (%1), the drawings on them, the archive&apos;s address and its sign-in. The hospital keeps its studies, and signed reports stay here.</source>
        <translation>
            <numerusform>この端末から消えるもの：キャッシュ内の検査 %n 件（%1）、その上の描画、アーカイブのアドレスとサインイン。病院の検査はそのままで、署名済みレポートはこの端末に残ります。</numerusform>
        </translation>
    </message>
    <message>
        <source>Removing …</source>
        <translation>削除しています…</translation>
    </message>
</context>
<context>
    <name>akari::window::ReportController</name>
    <message>
        <source>Signed</source>
        <translation>署名済み</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>未記入</translation>
    </message>
    <message>
        <source>Draft saved %1</source>
        <translation>下書き保存 %1</translation>
    </message>
    <message>
        <source>NOT saved: %1</source>
        <translation>保存できていません: %1</translation>
    </message>
    <message>
        <source>%1 (image %2)</source>
        <translation>%1（画像 %2）</translation>
    </message>
    <message>
        <source>%1, image %2</source>
        <translation>%1、画像 %2</translation>
    </message>
    <message>
        <source>Signing …</source>
        <translation>署名中 …</translation>
    </message>
    <message>
        <source>Signed; sending …</source>
        <translation>署名済み・送信中 …</translation>
    </message>
    <message>
        <source>✓ In the archive, read back and compared</source>
        <translation>✓ アーカイブに保存済み（読み戻して照合済み）</translation>
    </message>
    <message>
        <source>Signed; not in the archive yet. %1</source>
        <translation>署名済み・アーカイブには未保存です。%1</translation>
    </message>
</context>
<context>
    <name>akari::window::StudyStrip</name>
    <message>
        <source>Of another hospital: both give the same issuer and patient ID.</source>
        <translation>他院の検査：患者ID発行者と患者IDが両院で一致しています。</translation>
    </message>
    <message>
        <source>Of another hospital: linked by a person.</source>
        <translation>他院の検査：担当者が同一患者と確認しました。</translation>
    </message>
    <message>
        <source>Priors</source>
        <translation>過去画像</translation>
    </message>
    <message>
        <source>This study</source>
        <translation>今回の検査</translation>
    </message>
    <message numerus="yes">
        <source>%n images</source>
        <translation>
            <numerusform>%n 枚</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Double-click or drag into a viewport</source>
        <translation>ダブルクリックするか、表示枠にドラッグします</translation>
    </message>
    <message>
        <source>Double-click to open</source>
        <translation>ダブルクリックで開きます</translation>
    </message>
    <message>
        <source>No priors known</source>
        <translation>過去画像なし</translation>
    </message>
    <message>
        <source>in archive</source>
        <translation>アーカイブ内</translation>
    </message>
    <message>
        <source>Double-click to open beside the current study</source>
        <translation>ダブルクリックで今回の検査と並べて開きます</translation>
    </message>
    <message>
        <source>✓ here</source>
        <translation>✓ 取得済み</translation>
    </message>
    <message>
        <source>Split this series by</source>
        <translation>このシリーズの分け方</translation>
    </message>
    <message>
        <source>As the rules say</source>
        <translation>規則どおり</translation>
    </message>
    <message>
        <source>Split off by: %1</source>
        <translation>分割の理由：%1</translation>
    </message>
</context>
<context>
    <name>akari::window::ViewportWidget</name>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Native</source>
        <translation>元画像</translation>
    </message>
    <message>
        <source>Axial</source>
        <translation>横断</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状断</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状断</translation>
    </message>
    <message>
        <source>Oblique</source>
        <translation>斜断</translation>
    </message>
    <message>
        <source>%1 of %2 arrived</source>
        <translation>%1 / %2 受信</translation>
    </message>
    <message>
        <source>W %1  L %2</source>
        <translation>W %1  L %2</translation>
    </message>
    <message>
        <source>zoom %1 %</source>
        <translation>拡大 %1 %</translation>
    </message>
    <message>
        <source>loading %1/%2</source>
        <translation>読み込み中 %1/%2</translation>
    </message>
    <message>
        <source>Waiting for %1 of %2 slices: planes are cut when every slice is here.</source>
        <translation>全 %2 スライス中 %1 スライスの到着待ちです。断面はすべてのスライスがそろうと表示されます。</translation>
    </message>
    <message>
        <source>The study is arriving …</source>
        <translation>検査を受信中です …</translation>
    </message>
    <message>
        <source>Drop a series here, or double-click one on the left.</source>
        <translation>シリーズをここにドロップするか、左の一覧でダブルクリックしてください。</translation>
    </message>
    <message>
        <source>FLIPPED</source>
        <translation>左右反転</translation>
    </message>
    <message>
        <source>ROTATED %1°</source>
        <translation>%1°回転</translation>
    </message>
    <message>
        <source>Lossy</source>
        <translation>非可逆圧縮</translation>
    </message>
    <message>
        <source>Lossy %1:1</source>
        <translation>非可逆圧縮 %1:1</translation>
    </message>
    <message>
        <source>Reduced to %1 %</source>
        <translation>%1 %に縮小</translation>
    </message>
    <message>
        <source>Scale at detector</source>
        <translation>検出器面での寸法</translation>
    </message>
    <message>
        <source>MIP %1 mm</source>
        <translation>MIP %1 mm</translation>
    </message>
    <message>
        <source>MinIP %1 mm</source>
        <translation>MinIP %1 mm</translation>
    </message>
    <message>
        <source>Mean %1 mm</source>
        <translation>平均 %1 mm</translation>
    </message>
    <message>
        <source>Tilt corrected</source>
        <translation>傾斜補正済み</translation>
    </message>
    <message>
        <source>Uneven spacing</source>
        <translation>不等間隔</translation>
    </message>
    <message>
        <source>3D</source>
        <translation>3D</translation>
    </message>
    <message>
        <source>3D reduced to %1</source>
        <translation>3D %1 に縮小</translation>
    </message>
    <message>
        <source>%1 of %2 slices</source>
        <translation>%2 スライス中 %1</translation>
    </message>
    <message>
        <source>Interpolated</source>
        <translation>補間</translation>
    </message>
    <message>
        <source>Lossless copy, original on its way</source>
        <translation>可逆圧縮の複製(原画像は転送中)</translation>
    </message>
    <message>
        <source>Slices are missing under this plane</source>
        <translation>この断面には未取得のスライスがあります</translation>
    </message>
    <message>
        <source>SUVbw</source>
        <translation>SUVbw</translation>
    </message>
    <message>
        <source>SUVlbm</source>
        <translation>SUVlbm</translation>
    </message>
    <message>
        <source>SUVbsa</source>
        <translation>SUVbsa</translation>
    </message>
    <message>
        <source>%1  %2 – %3</source>
        <translation>%1  %2 – %3</translation>
    </message>
    <message>
        <source>Overlays (O)</source>
        <translation>オーバーレイ (O)</translation>
    </message>
    <message>
        <source>VOI table %1</source>
        <translation>VOIテーブル %1</translation>
    </message>
    <message>
        <source>No presentation state</source>
        <translation>表示状態なし</translation>
    </message>
    <message>
        <source>Presentation state: %1</source>
        <translation>表示状態：%1</translation>
    </message>
    <message>
        <source>Presentation states: %1 (G)</source>
        <translation>表示状態：%1 件 (G)</translation>
    </message>
    <message>
        <source>Slices missing at %1 places</source>
        <translation>%1 か所でスライス欠落</translation>
    </message>
    <message>
        <source>Scale by estimated magnification</source>
        <translation>推定拡大率による縮尺</translation>
    </message>
    <message>
        <source>Scale calibrated</source>
        <translation>校正済みの縮尺</translation>
    </message>
    <message>
        <source>VOI table</source>
        <translation>VOIテーブル</translation>
    </message>
</context>
<context>
    <name>akari::window::VolumePane</name>
    <message>
        <source>Bone</source>
        <translation>骨</translation>
    </message>
    <message>
        <source>Soft tissue</source>
        <translation>軟部組織</translation>
    </message>
    <message>
        <source>MIP</source>
        <translation>MIP</translation>
    </message>
    <message>
        <source>3D preset</source>
        <translation>3D プリセット</translation>
    </message>
    <message>
        <source>3D is drawn when every slice is here.</source>
        <translation>3D はすべてのスライスがそろうと表示されます。</translation>
    </message>
    <message>
        <source>Preparing 3D …</source>
        <translation>3D を準備中 …</translation>
    </message>
</context>
<context>
    <name>akari::window::WorklistModel</name>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>検査</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>モダリティ</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日付</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>件数</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>レポート</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>病院</translation>
    </message>
</context>
<context>
    <name>akari::window::WorklistPage</name>
    <message>
        <source>At other hospitals …</source>
        <translation>他院の検査 …</translation>
    </message>
    <message>
        <source>Whether this patient has studies at another hospital</source>
        <translation>この患者の検査が他院にもあるか</translation>
    </message>
    <message>
        <source>Reading the list …</source>
        <translation>一覧を読み込み中 …</translation>
    </message>
    <message>
        <source>Show the studies of one hospital only</source>
        <translation>1つの病院の検査だけを表示</translation>
    </message>
    <message>
        <source>All hospitals</source>
        <translation>すべての病院</translation>
    </message>
    <message>
        <source>%1: not asked yet</source>
        <translation>%1: 未照会</translation>
    </message>
    <message>
        <source>No study is known yet. Ask the archives, or drop files here.</source>
        <translation>検査はまだありません。アーカイブに照会するか、ここにファイルをドロップしてください。</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>病院</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Ask the archives again</source>
        <translation>アーカイブに再照会</translation>
    </message>
    <message>
        <source>Filter: name, ID, accession, study, modality, date</source>
        <translation>絞り込み: 氏名、ID、受付番号、検査、モダリティ、日付</translation>
    </message>
    <message>
        <source>No archive yet</source>
        <translation>アーカイブ未登録</translation>
    </message>
    <message>
        <source>Add an archive …</source>
        <translation>アーカイブの追加 …</translation>
    </message>
    <message numerus="yes">
        <source>%n studies</source>
        <translation>
            <numerusform>%n 検査</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n studies</source>
        <translation>
            <numerusform>%1: %n 検査</numerusform>
        </translation>
    </message>
    <message>
        <source> (the archive has more than it lists)</source>
        <translation>（アーカイブには一覧にない検査があります）</translation>
    </message>
    <message>
        <source>No study matches the filter.</source>
        <translation>条件に合う検査はありません。</translation>
    </message>
    <message>
        <source>Born</source>
        <translation>生年月日</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性別</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>検査</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日付</translation>
    </message>
    <message>
        <source>Accession</source>
        <translation>受付番号</translation>
    </message>
    <message>
        <source>Referred by</source>
        <translation>依頼医</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>レポート</translation>
    </message>
    <message>
        <source>Akari reads studies from a hospital&apos;s DICOMweb archive. Add one with its address and your sign-in,
and its studies appear here. Files, folders and CDs can be dropped here as well.</source>
        <translation>Akariは病院のDICOMwebアーカイブから検査を読み込みます。アドレスとサインイン情報で追加すると、
検査がここに並びます。ファイル・フォルダー・CDをここにドロップすることもできます。</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>No Japanese font is installed: names would show as boxes. Install Noto Sans CJK.</source>
        <translation>日本語フォントがないため、氏名が□で表示されます。Noto Sans CJK をインストールしてください。</translation>
    </message>
</context>
</TS>
