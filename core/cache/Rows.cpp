#include "core/cache/Rows.h"

namespace akari::cache {

Bytes encode(const StudyRecord& s)
{
    FieldWriter out;
    out.text(s.patientId).text(s.issuerOfPatientId).text(s.patientName.alphabetic).text(s.patientName.ideographic)
        .text(s.patientName.phonetic).text(s.patientBirthDate).text(s.patientSex).text(s.studyDate).text(s.studyTime)
        .text(s.studyDescription).text(s.accessionNumber).text(s.referringPhysician).number(s.expected)
        .number(static_cast<std::int64_t>(s.modalities.size()));
    for (const std::string& modality : s.modalities) {
        out.text(modality);
    }
    out.number((s.server.withdrawn ? 1 : 0) | (s.server.changed ? 2 : 0)).text(s.server.checkedAt);
    return out.bytes();
}

void decode(const Bytes& fields, StudyRecord& s)
{
    FieldReader in(fields);
    for (std::string* text : {&s.patientId, &s.issuerOfPatientId, &s.patientName.alphabetic, &s.patientName.ideographic,
                              &s.patientName.phonetic, &s.patientBirthDate, &s.patientSex, &s.studyDate, &s.studyTime,
                              &s.studyDescription, &s.accessionNumber, &s.referringPhysician}) {
        *text = in.text();
    }
    s.expected = in.number();
    for (std::int64_t left = in.number(); left > 0; --left) {
        s.modalities.push_back(in.text());
    }
    if (!in.atEnd()) { // rows of earlier programs end here
        const std::int64_t flags = in.number();
        s.server = {(flags & 1) != 0, (flags & 2) != 0, in.text()};
    }
}

Bytes encode(const SeriesRecord& s)
{
    return FieldWriter().text(s.modality).number(s.seriesNumber).text(s.description).number(s.expected).bytes();
}

void decode(const Bytes& fields, SeriesRecord& s)
{
    FieldReader in(fields);
    s.modality = in.text();
    s.seriesNumber = in.smallNumber();
    s.description = in.text();
    s.expected = in.number();
}

Bytes encode(const IncomingObject& o, const ObjectPlace& place)
{
    FieldWriter out;
    out.text(o.identity.sop.value).text(o.identity.contentVersion).text(o.sopClassUid).text(o.modality).number(o.instanceNumber)
        .number(o.numberOfFrames);
    for (const std::uint64_t value : {place.body.start, place.body.length, place.body.firstChunk, place.headerAt, place.headerLength}) {
        out.number(static_cast<std::int64_t>(value));
    }
    return out.bytes();
}

void decode(const Bytes& fields, ObjectRow& o)
{
    FieldReader in(fields);
    o.record.identity.sop = SopInstanceUid(in.text());
    o.record.identity.contentVersion = in.text();
    o.record.sopClassUid = in.text();
    o.record.modality = in.text();
    o.record.instanceNumber = in.smallNumber();
    o.record.numberOfFrames = in.smallNumber();
    for (std::uint64_t* value : {&o.place.body.start, &o.place.body.length, &o.place.body.firstChunk, &o.place.headerAt,
                                 &o.place.headerLength}) {
        *value = static_cast<std::uint64_t>(in.number());
    }
    o.record.length = o.place.body.length;
}

} // namespace akari::cache
