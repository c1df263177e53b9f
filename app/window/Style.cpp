#include "app/window/Style.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>

#include "app/paint/Painter.h"

namespace akari::window {

namespace {

const char* const kSheet = R"(
* { outline: none; }
QWidget { background: #14171b; color: #d9dee5; font-size: 13px; }
QMainWindow::separator, QSplitter::handle { background: #2a2f37; }
QSplitter::handle:horizontal { width: 1px; } QSplitter::handle:vertical { height: 1px; }
QToolTip { background: #1c2026; color: #d9dee5; border: 1px solid #2a2f37; padding: 4px 8px; }
QToolBar { background: #14171b; border: none; border-bottom: 1px solid #2a2f37; padding: 2px 8px; spacing: 2px; }
QToolBar::separator { background: #2a2f37; width: 1px; margin: 6px 6px; }
QToolButton { background: transparent; border: none; border-radius: 4px; padding: 4px 8px; min-height: 20px; }
QToolButton:hover { background: #1c2026; }
QToolButton:checked { background: #24405f; color: #ffffff; }
QToolButton:disabled { color: #565e69; }
QToolButton::menu-indicator { image: none; }
QPushButton { background: #1c2026; border: 1px solid #2a2f37; border-radius: 4px; padding: 0 14px; min-height: 26px; }
QPushButton:hover { border-color: #4ea1ff; }
QPushButton:pressed { background: #14171b; }
QPushButton:disabled { color: #565e69; }
QPushButton[primary="true"] { background: #2563a8; border-color: #2563a8; color: #ffffff; }
QPushButton[primary="true"]:hover { background: #2f74c2; }
QPushButton[primary="true"]:disabled { background: #1c2026; border-color: #2a2f37; color: #565e69; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox { background: #0f1215; border: 1px solid #2a2f37; border-radius: 4px; padding: 4px 8px;
  selection-background-color: #2563a8; selection-color: #ffffff; }
QLineEdit { min-height: 18px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: #4ea1ff; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: #8b95a3; }
QTableView, QListView, QTreeView { background: #0f1215; border: none; gridline-color: #1c2026; selection-background-color: #1f3550;
  selection-color: #ffffff; alternate-background-color: #12151a; }
QTableView::item, QListView::item { padding: 4px 6px; border: none; }
QListView::item:selected, QTableView::item:selected { background: #1f3550; color: #ffffff; }
QHeaderView { background: #14171b; }
QHeaderView::section { background: #14171b; color: #8b95a3; border: none; border-bottom: 1px solid #2a2f37; padding: 6px; font-size: 12px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; } QScrollBar:horizontal { background: transparent; height: 10px; }
QScrollBar::handle { background: #2a2f37; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 2px; }
QScrollBar::handle:hover { background: #3a414c; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none; height: 0; width: 0; }
QStatusBar { background: #14171b; border-top: 1px solid #2a2f37; color: #8b95a3; }
QStatusBar::item { border: none; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid #8b95a3; border-radius: 3px; background: #0f1215; }
QCheckBox::indicator:checked { background: #4ea1ff; border-color: #4ea1ff; }
QLabel[dim="true"] { color: #8b95a3; }
QLabel[heading="true"] { font-size: 15px; font-weight: 600; }
QLabel[title="true"] { font-size: 20px; font-weight: 600; }
QLabel[warn="true"] { color: #e2a33a; }
QFrame[line="true"] { background: #2a2f37; max-height: 1px; min-height: 1px; border: none; }
QMenu { background: #1c2026; border: 1px solid #2a2f37; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 3px; } QMenu::item:selected { background: #24405f; }
QMenuBar { background: #14171b; } QMenuBar::item:selected { background: #1c2026; }
QDialog { background: #14171b; }
QScrollArea { border: none; }
)";

} // namespace

void applyStyle(QApplication& application)
{
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(Tokens::kPanel));
    palette.setColor(QPalette::Base, QColor(0x0f, 0x12, 0x15));
    palette.setColor(QPalette::AlternateBase, QColor(Tokens::kPanel));
    palette.setColor(QPalette::Button, QColor(Tokens::kRaised));
    palette.setColor(QPalette::WindowText, QColor(Tokens::kText));
    palette.setColor(QPalette::Text, QColor(Tokens::kText));
    palette.setColor(QPalette::ButtonText, QColor(Tokens::kText));
    palette.setColor(QPalette::PlaceholderText, QColor(Tokens::kDim));
    palette.setColor(QPalette::Highlight, QColor(Tokens::kAccent));
    palette.setColor(QPalette::Link, QColor(Tokens::kAccent));
    palette.setColor(QPalette::ToolTipBase, QColor(Tokens::kRaised));
    palette.setColor(QPalette::ToolTipText, QColor(Tokens::kText));
    application.setPalette(palette);
    application.setFont(paint::textFont(13));
    application.setStyleSheet(QString::fromUtf8(kSheet));
}

QIcon icon(const QString& name) { return QIcon(QStringLiteral(":/icons/%1.svg").arg(name)); }

} // namespace akari::window
