// The invented patients and their studies. Any likeness to a person is chance.
#include "core/phantom/Header.h"

namespace akari::phantom {

namespace {

const PatientPlan kYamada{"Yamada^Taro=山田^太郎=やまだ^たろう", "AKD-10482", "19580412", "M", "067Y", 68.5, 1.68};
const PatientPlan kSuzuki{"Suzuki^Hanako=鈴木^花子=すずき^はなこ", "AKD-20731", "19710923", "F", "054Y", 52.0, 1.57};
const PatientPlan kSato{"Sato^Misaki=佐藤^美咲=さとう^みさき", "AKD-31906", "19880305", "F", "037Y", 55.5, 1.60};
const PatientPlan kTakahashi{"Takahashi^Kenichi=高橋^健一=たかはし^けんいち", "AKD-40277", "19640730", "M", "061Y", 74.0, 1.72};

} // namespace

StudyPlan currentChestPlan()
{
    return {kYamada, "chest-ct-2026", "20260115", "101500", "A2600115001", "26001", "胸部造影CT", "Ito^Megumi=伊藤^恵=いとう^めぐみ",
            "右肺結節の経過観察", "CT-CHEST-CE"};
}

StudyPlan priorChestPlan()
{
    StudyPlan plan{kYamada, "chest-ct-2025", "20250114", "143000", "A2500114007", "25007", "胸部造影CT", "Ito^Megumi=伊藤^恵=いとう^めぐみ",
                   "検診異常影の精査", "CT-CHEST-CE"};
    plan.patient.age = "066Y";
    return plan;
}

StudyPlan chestCrPlan()
{
    return {kYamada, "chest-cr-2026", "20260109", "092000", "A2600109014", "26014", "胸部X線 2方向", "Ito^Megumi=伊藤^恵=いとう^めぐみ",
            "咳嗽", "XR-CHEST-2V"};
}

StudyPlan brainPlan()
{
    return {kSuzuki, "brain-mr-2026", "20260116", "084500", "A2600116003", "26003", "頭部単純MRI検査", "Ito^Megumi=伊藤^恵=いとう^めぐみ",
            "頭痛精査", "MR-BRAIN", Charset::Japanese};
}

StudyPlan ultrasoundPlan()
{
    return {kSato, "ultrasound-2026", "20260116", "110500", "A2600116021", "26021", "腹部超音波検査", "Kato^Jun=加藤^純=かとう^じゅん",
            "右季肋部痛", "US-ABDOMEN"};
}

StudyPlan wholeBodyPlan()
{
    return {kTakahashi, "whole-body-ct-2026", "20260117", "022000", "A2600117001", "26101", "全身CT（外傷）", "Mori^Akira=森^彰=もり^あきら",
            "高所転落", "CT-WHOLEBODY"};
}

} // namespace akari::phantom
